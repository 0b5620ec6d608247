import { MetacacheError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";

/**
 * The fields that `--select` names, in that order; `undefined` if it is not given. Throws
 * `E_CONFIG` for one that there is none of.
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
  const remedy = alike === undefined ? `give some of ${fields.join(", ")}` : `did you mean ${alike}? There are ${fields.join(", ")}`;
  throw new MetacacheError("E_CONFIG", `--select has no field ${JSON.stringify(name)}`, { remedy });
}

/** Only these fields of an item; all of them without a selection. */
export function selectedFields(item: object, selection: readonly string[] | undefined): object {
  if (selection === undefined) return item;
  return Object.fromEntries(selection.flatMap((field) => (Object.hasOwn(item, field) ? [[field, item[field as keyof typeof item]]] : [])));
}

/** A field as a cell: text as it is, everything else as JSON. */
export function fieldText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
