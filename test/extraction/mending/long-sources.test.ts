import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { extractText } from "../extract-text.ts";

// The parser skips the long blanks that mending leaves: lines, names and comments must stay right.

interface Piece {
  /** Lines of a body. */
  readonly body: number;
  readonly comment: "none" | "line" | "block";
  readonly indent: number;
}

const pieces = fc.array(
  fc.record<Piece>({
    body: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 10, max: 80 })),
    comment: fc.constantFrom("none", "line", "block"),
    indent: fc.integer({ min: 0, max: 120 }),
  }),
  { minLength: 1, maxLength: 30 },
);

interface Written {
  readonly text: string;
  readonly expected: readonly object[];
}

function write(all: readonly Piece[], lineEnd: string, isLineEnded: boolean): Written {
  const lines: string[] = ["/* \u{1f600} */ int first;"];
  const expected: object[] = [];
  for (const [index, { body, comment, indent }] of all.entries()) {
    lines.push("");
    if (comment === "line") lines.push(`// Does ${index}.`);
    if (comment === "block") lines.push("/*", ` * Does ${index}.`, " */");
    const start = lines.length + 1;
    lines.push(`${" ".repeat(indent)}static int f${index}(int a, char *b) /* ignored */ {`);
    for (let line = 0; line < body; line++) lines.push(`  if (a > ${line}) { call(b, "}"); }`);
    lines.push("}");
    expected.push({
      name: `f${index}`,
      parameters: ["int a", "char *b"],
      returnType: "int",
      lineRange: { start, end: lines.length },
      docSections: expect.objectContaining({ intent: comment === "none" ? "" : `Does ${index}.` }) as unknown,
    });
  }
  return { text: lines.join(lineEnd) + (isLineEnded ? lineEnd : ""), expected };
}

describe("a long source", () => {
  it("has its functions on their lines, whatever is between them", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.constantFrom("\n", "\r\n"), fc.boolean(), async (all, lineEnd, isLineEnded) => {
        const { text, expected } = write(all, lineEnd, isLineEnded);
        for (const path of ["a.c", "a.cc"]) expect((await extractText(path, text)).functions).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("has all of its functions if they are more than the parts that are parsed one by one", async () => {
    const all = Array.from({ length: 3_000 }, (_, index): Piece => ({ body: 8, comment: index % 2 === 0 ? "line" : "none", indent: 0 }));
    const { text, expected } = write(all, "\n", true);
    expect((await extractText("a.c", text)).functions).toEqual(expected);
  });

  it("leaves a comment out of the type that a function returns", async () => {
    const { functions } = await extractText("a.c", "int /* error */\nadd(int a)\n{\n  return a;\n}\n");
    expect(functions).toMatchObject([{ name: "add", returnType: "int" }]);
  });
});
