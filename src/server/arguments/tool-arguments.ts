import { MetacacheError } from "../../base/errors.ts";
import { nearest } from "../../base/text/nearest.ts";
import { describe } from "../../base/validation.ts";

/** One argument of a tool. Both its JSON schema and its check are made from this. */
export interface ArgumentDefinition {
  /** `strings` is a list of strings. A single string counts as a list of one. */
  readonly type: "integer" | "string" | "strings";
  readonly description: string;
  readonly required?: true;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
}

export type ArgumentTable = Readonly<Record<string, ArgumentDefinition>>;

const MAX_TEXT = 4_096;
const MAX_TEXTS = 100;

/** The arguments of one call, after the check against their table. */
export class ToolArguments {
  readonly #values: Readonly<Record<string, unknown>>;

  private constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /**
   * Throws `E_ARGUMENT` with the list of all problems. An argument that is null counts as left out,
   * because models pass null for that.
   */
  static read(table: ArgumentTable, given: unknown): ToolArguments {
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw new MetacacheError("E_ARGUMENT", `the arguments must be an object, not ${describe(given)}`);
    const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
    const problems = [
      ...Object.keys(values).flatMap((name) => (Object.hasOwn(table, name) ? [] : [unknownName(name, Object.keys(table))])),
      ...Object.entries(table).flatMap(([name, definition]) => problemOf(name, definition, values[name])),
    ];
    if (problems.length > 0) throw new MetacacheError("E_ARGUMENT", problems.join("; "));
    return new ToolArguments(values);
  }

  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#values[name] as string | readonly string[] | undefined;
    return typeof value === "string" ? [value] : value;
  }

  number(name: string): number | undefined {
    return this.#values[name] as number | undefined;
  }
}

/** Returns the JSON schema of the arguments, for clients. */
export function jsonSchemaOf(table: ArgumentTable): Record<string, unknown> {
  const properties = Object.entries(table).map(([name, { type, description, minimum, maximum, choices }]) => [
    name,
    {
      ...(type === "strings" ? { type: "array", items: { type: "string" }, minItems: 1, maxItems: MAX_TEXTS } : { type }),
      description,
      ...(minimum !== undefined && { minimum }),
      ...(maximum !== undefined && { maximum }),
      ...(choices && { enum: choices }),
    },
  ]);
  const required = Object.keys(table).filter((name) => table[name]?.required);
  return { type: "object", properties: Object.fromEntries(properties), required, additionalProperties: false };
}

function unknownName(name: string, known: readonly string[]): string {
  const alike = nearest(name, known);
  return `there is no argument ${JSON.stringify(name)}${alike === undefined ? `: there are ${known.join(", ")}` : `; did you mean ${alike}?`}`;
}

function problemOf(name: string, { type, required, minimum, maximum, choices }: ArgumentDefinition, value: unknown): readonly string[] {
  if (value === undefined) return required ? [`${name} is missing`] : [];
  const wrong = (must: string): readonly string[] => [`${name} must be ${must}, not ${describe(value)}`];
  if (type === "integer") {
    const isInRange = Number.isSafeInteger(value) && (value as number) >= (minimum ?? 0) && (value as number) <= (maximum ?? Infinity);
    return isInRange ? [] : wrong(`an integer from ${minimum ?? 0}${maximum === undefined ? " on" : ` to ${maximum}`}`);
  }
  if (type === "strings" && typeof value !== "string") {
    const isList = Array.isArray(value) && value.length > 0 && value.length <= MAX_TEXTS && value.every(isText);
    return isList ? [] : wrong(`a list of 1 to ${MAX_TEXTS} strings of 1 to ${MAX_TEXT} characters`);
  }
  if (typeof value !== "string") return wrong("a string");
  if (!isText(value)) return wrong(`a string of 1 to ${MAX_TEXT} characters`);
  return choices === undefined || choices.includes(value) ? [] : wrong(`one of ${choices.join(", ")}`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= MAX_TEXT && !value.includes("\0");
}
