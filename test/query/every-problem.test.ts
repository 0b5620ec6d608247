import { expect, test } from "vitest";
import { prepareQuery } from "../../src/query/prepared-query.ts";

function messageOf(query: unknown): string {
  try {
    prepareQuery(query);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("every problem of a query is told at once, the pattern and the cursor included", () => {
  const query = {
    language: "",
    limit: NaN,
    pathPattern: "(",
    pathPrefix: "/",
    orderBy: "colour",
    select: [],
    cursor: "no cursor",
    colour: 1,
  };
  const message = messageOf(query);
  for (const field of ["language", "limit", "pathPattern", "pathPrefix", "orderBy", "select", "cursor", "colour"])
    expect(message).toContain(field);
});

test.for(["(", "(?=a)", "a".repeat(1_001), /a/y, /a/g, 5, {}])("the pattern %s is a problem among others", (pathPattern) => {
  const message = messageOf({ pathPattern, limit: 0 });
  expect(message).toMatch(/^query: .*limit must be.*pathPattern/s);
});

test("of very many problems the first are told, and how many there are", () => {
  const message = messageOf({ functionName: Array.from({ length: 500 }, () => 5) });
  expect(message).toMatch(/; and 480 more$/);
  expect(message.length).toBeLessThan(2_000);
});
