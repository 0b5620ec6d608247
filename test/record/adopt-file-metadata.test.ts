import fc from "fast-check";
import { expect, test } from "vitest";
import { adoptFileMetadata } from "../../src/record/parsing/adopt-file-metadata.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import { arbitraryFileMetadata } from "../support/arbitrary-file-metadata.ts";

/** JSON that is wrong in most places, and right in a few. */
const replacement = fc.constantFrom(
  "null",
  "true",
  "0",
  "-0",
  "-1",
  "1",
  "1.5",
  "9007199254740992",
  '""',
  '"x"',
  '"codebase"',
  '"syntax-error"',
  "[]",
  '[""]',
  "[1]",
  "{}",
  '{"a":1}',
);
const damage = fc.record({ kind: fc.constantFrom("replace", "delete", "add", "none"), where: fc.nat(), by: replacement });

const MARK = "the place of the damage";

test("takes over exactly what the boundary accepts, equal and as deeply frozen", () => {
  let adoptions = 0;
  let refusals = 0;
  fc.assert(
    fc.property(arbitraryFileMetadata, damage, (record, { kind, where, by }) => {
      const value = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
      const places = placesIn(value);
      const [owner, key] = places[where % places.length] as readonly [Record<string, unknown>, string];
      // The fields of the record itself are columns: they are always there, and there is no other.
      if (kind === "replace") owner[key] = MARK;
      else if (kind === "delete" && owner !== value) delete owner[key];
      else if (kind === "add" && owner !== value) Object.defineProperty(owner, "__proto__", { value: MARK, enumerable: true });
      const text = JSON.stringify(value).replace(JSON.stringify(MARK), by);
      fc.pre(!text.includes("\\u"));

      const accepted = parsed(text);
      const adopted = adoptFileMetadata(JSON.parse(text) as object, text);
      if (adopted === undefined) {
        expect(accepted).toBeUndefined();
        refusals++;
      } else {
        expect(adopted).toEqual(accepted);
        expect(isDeeplyFrozen(adopted)).toBe(true);
        adoptions++;
      }
    }),
    { numRuns: 3_000 },
  );
  expect(Math.min(adoptions, refusals)).toBeGreaterThan(300);
});

function parsed(text: string): unknown {
  try {
    return parseFileMetadata(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Every field of every object and every item of every list. */
function placesIn(value: object): (readonly [object, string])[] {
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => [
    [value, key] as const,
    ...(typeof part === "object" && part !== null ? placesIn(part) : []),
  ]);
}

function isDeeplyFrozen(value: unknown): boolean {
  return typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));
}
