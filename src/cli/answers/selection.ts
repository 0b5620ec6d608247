import { MetacacheError } from "../../base/errors.ts";
import { nearest } from "../../base/text/nearest.ts";

/**
 * Returns the fields that `--select` names, in that order. Returns `undefined` without `--select`.
 * Throws `E_CONFIG` for an unknown field.
 */
export function readSelection<F extends string>(given: readonly string[] | undefined, fields: readonly F[]): readonly F[] | undefined {
  if (given === undefined) return undefined;
  const names = given.flatMap((text) => text.split(",")).map((name) => name.trim());
  return [...new Set(names.map((name) => fieldNamed(name, fields)))];
}

function fieldNamed<F extends string>(name: string, fields: readonly F[]): F {
  const found = fields.find((field) => field === name);
  if (found !== undefined) return found;
  const alike = nearest(name, fields);
  const remedy = alike === undefined ? `the fields are ${fields.join(", ")}` : `did you mean ${alike}? The fields are ${fields.join(", ")}`;
  throw new MetacacheError("E_CONFIG", `--select has no field ${JSON.stringify(name)}`, { remedy });
}

/** Returns only the selected fields of an item, or all fields if there is no selection. */
export function selectedFields(item: object, selection: readonly string[] | undefined): object {
  if (selection === undefined) return item;
  return Object.fromEntries(selection.flatMap((field) => (Object.hasOwn(item, field) ? [[field, item[field as keyof typeof item]]] : [])));
}

/** Returns a field as the text of a table cell. Everything except text is written as JSON. */
export function fieldText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
