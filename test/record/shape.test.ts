import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetacacheError } from "../../src/base/errors.ts";
import { adoptFileMetadata } from "../../src/record/parsing/adopt-file-metadata.ts";
import type { FieldData, KindData } from "../../src/record/kinds.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import { pathProblem } from "../../src/record/project-path.ts";
import { RECORD } from "../../src/record/shape.ts";
import { weighRecord } from "../../src/record/weight.ts";
import { arbitraryFileMetadata } from "../support/arbitrary-file-metadata.ts";
import { recordOf } from "../support/small-records.ts";

/** The naive twin of the boundary: says whether a value is of a kind, and looks at nothing else. */
function isOf(value: unknown, kind: KindData, owner: Readonly<Record<string, unknown>>): boolean {
  switch (kind.is) {
    case "text":
      return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
    case "name":
      return value !== "" && isOf(value, { is: "text" }, owner);
    case "path":
      return pathProblem(value) === undefined;
    case "time":
      return Number.isFinite(value);
    case "integer":
      return Number.isSafeInteger(value) && (value as number) >= Number(typeof kind.least === "string" ? owner[kind.least] : kind.least);
    case "choice":
      return typeof value === "string" && kind.choices.includes(kind.withLine ? value.replace(/:[1-9]\d{0,14}$/, "") : value);
    case "list":
      return Array.isArray(value) && Array.from(value as unknown[]).every((item) => isOf(item, kind.of, {}));
    default:
      return (
        typeof value === "object" && value !== null && !Array.isArray(value) && hasFields(value as Record<string, unknown>, kind.fields)
      );
  }
}

function hasFields(value: Readonly<Record<string, unknown>>, fields: readonly FieldData[]): boolean {
  const isKnown = (key: string): boolean => fields.some((field) => field.key === key);
  if (!Object.keys(value).every(isKnown)) return false;
  return fields.every(
    ({ key, kind, isOptional, isEmptyIfMissing }) =>
      ((isOptional || isEmptyIfMissing) && value[key] === undefined) || isOf(value[key], kind, value),
  );
}

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  true,
  -1,
  -0,
  0,
  1,
  1.5,
  2 ** 53,
  Number.NaN,
  "",
  "x",
  "\ud800",
  "a\0",
  "system",
  "syntax-error:7",
  [],
  [undefined],
  Array.from({ length: 2 }),
  {},
  { a: 1 },
);
const damage = fc.record({ kind: fc.constantFrom("replace", "delete", "add", "reverse", "none"), where: fc.nat(), by: odd });

test("the boundary accepts what the table says, and no more, in whatever order its fields are", () => {
  const counts = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(arbitraryFileMetadata, damage, (record, { kind, where, by }) => {
      const value = structuredClone(record) as unknown as Record<string, unknown>;
      const places = placesIn(value);
      const [owner, key] = places[where % places.length] as readonly [Record<string, unknown>, string];
      if (kind === "replace") owner[key] = by;
      else if (kind === "delete") delete owner[key];
      else if (kind === "add") owner["colour"] = by;
      else if (kind === "reverse") reverseFields(owner);
      const expected = isOf(value, RECORD, {});
      const parsed = attempt(() => parseFileMetadata(value));
      expect(parsed.record !== undefined).toBe(expected);
      if (parsed.record === undefined) {
        counts.refused++;
        expect(parsed.error?.code).toMatch(/^E_(RECORD|PATH)$/);
        expect(parsed.error?.message).not.toContain("changed while it was read");
        return;
      }
      counts.accepted++;
      expect(JSON.stringify(parsed.record)).toBe(JSON.stringify(inTableOrder(value, RECORD)));
      const json = JSON.stringify(value);
      const adopted = adoptFileMetadata(JSON.parse(json) as object, json);
      if (!json.includes("\\u")) expect(adopted).toStrictEqual(parsed.record);
      if (adopted !== undefined) expect(weighRecord(adopted)).toBe(weighRecord(parsed.record));
    }),
    { numRuns: 3_000 },
  );
  expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(300);
});

test("the weight is what V8's layout says, field by field", () => {
  const plain = recordOf({ path: "a.ts" });
  const functions = [
    {
      name: "12345678",
      parameters: ["x"],
      lineRange: { start: 1, end: 2 },
      docSections: { intent: "漢字", designPrinciples: [], implementationDetails: [], designDecisions: [] },
    },
  ];
  const added = weighRecord(parseFileMetadata({ ...plain, functions })) - weighRecord(plain);
  const object = (fields: number): number => 8 * (3 + fields);
  const list = 8 * (4 + 2 + 1);
  // The list, the function, its name, its list of one parameter, its lines, its sections and their
  // text of two bytes a character.
  expect(added).toBe(list + object(7) + 24 + list + 24 + object(2) + object(4) + 24);
});

test("what answers otherwise each time is refused, or taken as it was checked", () => {
  let reads = 0;
  const value = { ...recordOf({ path: "a.ts" }) } as Record<string, unknown>;
  Object.defineProperty(value, "language", { enumerable: true, get: () => (reads++ === 0 ? 7 : "ts") });
  expect(attempt(() => parseFileMetadata(value)).error?.message).toContain("give plain data");
  Object.defineProperty(value, "language", { enumerable: true, get: () => (reads++ % 2 === 0 ? "ts" : 7) });
  expect(parseFileMetadata(value).language).toBe("ts");
});

function attempt(read: () => ReturnType<typeof parseFileMetadata>): {
  readonly record?: ReturnType<typeof parseFileMetadata>;
  readonly error?: MetacacheError;
} {
  try {
    return { record: read() };
  } catch (error) {
    return { error: error as MetacacheError };
  }
}

function placesIn(value: object): (readonly [object, string])[] {
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => [
    [value, key] as const,
    ...(typeof part === "object" && part !== null ? placesIn(part) : []),
  ]);
}

function reverseFields(owner: Record<string, unknown>): void {
  if (Array.isArray(owner)) return;
  const entries = Object.entries(owner).toReversed();
  for (const [key] of entries) delete owner[key];
  Object.assign(owner, Object.fromEntries(entries));
}

function inTableOrder(value: unknown, kind: KindData): unknown {
  if (kind.is === "list") return (value as unknown[]).map((item) => inTableOrder(item, kind.of));
  if (kind.is !== "object") return value;
  const owner = value as Record<string, unknown>;
  return Object.fromEntries(
    kind.fields.flatMap((field) => {
      const part = owner[field.key] ?? (field.isEmptyIfMissing ? [] : undefined);
      return part === undefined ? [] : [[field.key, inTableOrder(part, field.kind)]];
    }),
  );
}
