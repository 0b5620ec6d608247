import { describe, expect, it } from "vitest";

import { leadingComments, type CommentStyle } from "../../src/extraction/header/comment-block.ts";

const HASH: CommentStyle = { line: ["#"], block: false, docstring: false };
const SLASH: CommentStyle = { line: ["//"], block: true, docstring: false };
const PYTHON: CommentStyle = { line: ["#"], block: false, docstring: true };

const blocks = (text: string, style: CommentStyle) =>
  leadingComments(text, style, 4_000).map(({ lines, firstLine, lastLine, shape }) => ({ lines, firstLine, lastLine, shape }));

describe("the comments at the top of a file", () => {
  it.each([
    ["hash lines", HASH, "# a\n#   b\n#\n#c\nx", [{ lines: ["a", "  b", "", "c"], firstLine: 1, lastLine: 4, shape: "line" }]],
    ["a banner", HASH, "##########\n# a\n", [{ lines: ["##########", "a"], firstLine: 1, lastLine: 2, shape: "line" }]],
    ["slash lines", SLASH, "//////////\n// a\n", [{ lines: ["//////////", "a"], firstLine: 1, lastLine: 2, shape: "line" }]],
    [
      "a block",
      SLASH,
      "/**\n * a\n * * b\n *   c\n */\nx",
      [{ lines: ["", "a", "* b", "  c", ""], firstLine: 1, lastLine: 5, shape: "block" }],
    ],
    ["a block on one line", SLASH, "/** a */ x", [{ lines: ["a"], firstLine: 1, lastLine: 1, shape: "block" }]],
    ["a block without stars", SLASH, "/*\n  a\n    b\n*/", [{ lines: ["", "a", "  b", ""], firstLine: 1, lastLine: 4, shape: "block" }]],
    ["a block that is not closed", SLASH, "/* a\n * b", [{ lines: ["a", "b"], firstLine: 1, lastLine: 2, shape: "block" }]],
    ["a docstring", PYTHON, '"""a\n\nb\n"""\nx', [{ lines: ["a", "", "b", ""], firstLine: 1, lastLine: 4, shape: "docstring" }]],
    [
      "a docstring after comments",
      PYTHON,
      "# a\n\nr'''b'''",
      [
        { lines: ["a"], firstLine: 1, lastLine: 1, shape: "line" },
        { lines: ["b"], firstLine: 3, lastLine: 3, shape: "docstring" },
      ],
    ],
    ["what is below an interpreter line", HASH, "#!/bin/sh\n\n# a\n", [{ lines: ["a"], firstLine: 3, lastLine: 3, shape: "line" }]],
    [
      "what is below a PHP tag",
      SLASH,
      "<?php\n\ndeclare(strict_types=1);\n/** a */",
      [{ lines: ["a"], firstLine: 4, lastLine: 4, shape: "block" }],
    ],
    ["what is below a directive prologue", SLASH, '"use client";\n// a\n', [{ lines: ["a"], firstLine: 2, lastLine: 2, shape: "line" }]],
    ["not what is for tools alone", SLASH, "//go:build linux\n\n// a\n", [{ lines: ["a"], firstLine: 3, lastLine: 3, shape: "line" }]],
    ["lines that end in CRLF", HASH, "# a\r\n# b\r\n", [{ lines: ["a", "b"], firstLine: 1, lastLine: 2, shape: "line" }]],
  ] as const)("are %s", (_what, style, text, expected) => {
    expect(blocks(text, style)).toEqual(expected);
  });

  it("end at the first line of code", () => {
    expect(blocks("x = 1\n# a\n", HASH)).toEqual([]);
    expect(blocks("# a\nx = 1\n\n# b\n", HASH)).toHaveLength(1);
  });

  it("do not start beyond the limit", () => {
    expect(leadingComments(`${"\n".repeat(50)}# a\n`, HASH, 50)).toEqual([]);
    expect(leadingComments(`${"\n".repeat(49)}# a\n`, HASH, 50)).toHaveLength(1);
  });

  it("say whether code touches them", () => {
    const [first, second] = leadingComments("// a\n\n// b\ncode();", SLASH, 4_000);
    expect(first?.codeBelow).toBeUndefined();
    expect(second?.codeBelow).toBe("code();");
  });
});
