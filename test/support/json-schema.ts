import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * As much of JSON Schema as the package's schemas use. Another keyword is an error, so that nothing
 * in them goes unchecked.
 */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

export const SCHEMAS: string = join(import.meta.dirname, "../../schemas");

const KEYWORDS = new Set(["$schema", "$id", "$defs", "title", "description"]);
const CHECKED = new Set(["$ref", "type", "const", "enum", "anyOf", "properties", "required", "additionalProperties", "items"]);

/** What is wrong with a document, one line a fault. */
export function schemaFaults(schema: string, document: unknown): readonly string[] {
  return faultsOf(document, resolve(`${schema}.json#`, ""), "");
}

function resolve(reference: string, base: string): { readonly schema: Schema; readonly file: string } {
  const [file = "", pointer = ""] = reference.split("#");
  const name = file === "" ? base : file;
  let found = JSON.parse(readFileSync(join(SCHEMAS, name), "utf8")) as unknown;
  for (const key of pointer.split("/").slice(1)) found = (found as Record<string, unknown>)[key];
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return { schema: found as Schema, file: name };
}

function faultsOf(value: unknown, { schema, file }: { readonly schema: Schema; readonly file: string }, at: string): readonly string[] {
  for (const keyword of Object.keys(schema))
    if (!KEYWORDS.has(keyword) && !CHECKED.has(keyword)) throw new Error(`${file} uses ${keyword}`);
  if (schema.$ref !== undefined) return faultsOf(value, resolve(schema.$ref, file), at);
  const within = (part: unknown, inner: Schema, where: string): readonly string[] =>
    faultsOf(part, { schema: inner, file }, `${at}${where}`);
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((each) => within(value, each, ""));
    return tried.find((faults) => faults.length === 0) ?? tried.flat();
  }
  if (schema.const !== undefined && schema.const !== value) return [`${at} is not ${JSON.stringify(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${at} is ${JSON.stringify(value)}`];
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isOf(type, value))) return [`${at} is no ${String(schema.type)}`];
  if (Array.isArray(value))
    return schema.items === undefined ? [] : value.flatMap((item, index) => within(item, schema.items ?? {}, `[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key)).map((key) => `${at}.${key} is missing`);
  const faults = entries.flatMap(([key, part]) => {
    const inner = schema.properties?.[key] ?? schema.additionalProperties ?? true;
    if (typeof inner === "boolean") return inner ? [] : [`${at}.${key} is not in the schema`];
    return within(part, inner, `.${key}`);
  });
  return [...missing, ...faults];
}

function isOf(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
