import { describe, expect, test } from "vitest";
import { createOutput } from "../../src/cli/terminal/output.ts";
import { describeProgress } from "../../src/cli/terminal/progress-line.ts";
import { PLAIN, type Terminal } from "../../src/cli/terminal/styled-text.ts";
import { terminalOf } from "../../src/cli/terminal/terminal.ts";
import { columnsOf, shortened } from "../../src/cli/terminal/width.ts";
import { bytes, counted, duration, grouped } from "../../src/base/text/words.ts";

const TEXT = { format: "text", quiet: false, verbose: false } as const;

function written(terminal: Terminal, print: (output: ReturnType<typeof createOutput>) => void): string {
  let text = "";
  print(createOutput(TEXT, { out: (part) => (text += part), err: () => {}, terminal }));
  return text;
}

describe("columns of text", () => {
  test.each([
    ["abc", 3],
    ["", 0],
    ["é", 1],
    ["e\u0301", 1],
    ["日本語", 6],
    ["한글", 4],
    ["\u1112\u1161\u11ab", 2],
    ["ﾊﾝｶｸ", 4],
    ["ｆｕｌｌ", 8],
    ["👍", 2],
    ["👨‍👩‍👧", 2],
    ["❤️", 2],
    ["❤", 1],
    ["🇩🇪", 2],
    ["1️⃣", 2],
    ["नमस्ते", 4],
    ["שלום", 4],
    ["…", 1],
  ])("of %j are %i", (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  test("are never exceeded by what is left of a text, and no character is cut in two", () => {
    for (const text of ["日本語テキスト", "👨‍👩‍👧 family", "plain text of words", "e\u0301e\u0301e\u0301"])
      for (let columns = 0; columns <= columnsOf(text); columns++) {
        const cut = shortened(text, columns);
        expect(columnsOf(cut)).toBeLessThanOrEqual(columns);
        expect(cut === text || cut === "" || text.startsWith(cut.slice(0, -1))).toBe(true);
      }
    expect(shortened("👨‍👩‍👧👨‍👩‍👧", 3)).toBe("👨‍👩‍👧…");
  });

  test("are the same for every character, beside a wide one or not", () => {
    for (let code = 0x20; code < 0x3000; code++) {
      const pair = `x${String.fromCodePoint(code)}y`;
      expect(columnsOf(pair), code.toString(16)).toBe(columnsOf(`日${pair}`) - 2);
    }
  });

  test("are cut at the same place in a text of narrow characters alone as in one that begins with a wide one", () => {
    const text = "naïve — λόγος, Ωмега → “x”";
    for (let columns = 1; columns <= text.length; columns++)
      for (const whole of [text, `${text}e\u0301`]) expect(`日${shortened(whole, columns)}`).toBe(shortened(`日${whole}`, columns + 2));
  });
});

test("a table is aligned with wide characters and emoji, and its last column ends at the edge", () => {
  const rows = [
    ["日本語.md", "one"],
    ["👍.md", "two"],
    ["a.md", "three is longer than all that fits"],
  ];
  const lines = written({ ...PLAIN, columns: 24 }, (output) => output.table(rows)).split("\n");
  expect(lines).toEqual(["日本語.md  one", "👍.md      two", "a.md       three is lon…", ""]);
});

test("styles and links are written only if the terminal shows them, and data never adds one", () => {
  const line = [{ text: "a\u001b[31m.ts", style: "path", link: () => "file:///a" }, " \u009b1m"] as const;
  expect(written(PLAIN, (output) => output.line(line))).toBe("a\\u001b[31m.ts \\u009b1m\n");
  expect(written({ ...PLAIN, colours: true }, (output) => output.line(line))).toBe("\u001b[35ma\\u001b[31m.ts\u001b[0m \\u009b1m\n");
  expect(written({ ...PLAIN, links: true }, (output) => output.line(line))).toBe(
    "\u001b]8;;file:///a\u001b\\a\\u001b[31m.ts\u001b]8;;\u001b\\ \\u009b1m\n",
  );
});

describe("what a stream can show", () => {
  const TTY = { isTTY: true, columns: 20 };
  const PIPE = { isTTY: false, columns: 0 };
  test.each([
    ["a pipe", PIPE, {}, { colours: false, links: false, columns: Infinity }],
    ["a pipe with FORCE_COLOR", PIPE, { FORCE_COLOR: "1" }, { colours: true, links: false, columns: Infinity }],
    ["a pipe with FORCE_COLOR=0", PIPE, { FORCE_COLOR: "0" }, { colours: false, links: false, columns: Infinity }],
    ["a terminal", TTY, { TERM: "xterm" }, { colours: true, links: false, columns: 20 }],
    ["a terminal with NO_COLOR", TTY, { NO_COLOR: "1" }, { colours: false, links: false, columns: 20 }],
    ["a terminal with an empty NO_COLOR", TTY, { NO_COLOR: "" }, { colours: true, links: false, columns: 20 }],
    ["a terminal with both", TTY, { NO_COLOR: "1", FORCE_COLOR: "1" }, { colours: true, links: false, columns: 20 }],
    ["a dumb terminal", TTY, { TERM: "dumb", VTE_VERSION: "7000" }, { colours: false, links: false, columns: 20 }],
    ["a terminal that links", TTY, { TERM: "xterm", VTE_VERSION: "7000" }, { colours: true, links: true, columns: 20 }],
    ["a terminal of no width", { isTTY: true, columns: 0 }, {}, { colours: true, links: false, columns: 80 }],
  ])("%s", (_, stream, environment, shown) => {
    expect(terminalOf(stream, environment)).toEqual(shown);
  });
});

test("numbers are grouped, and nouns are in the plural that they have", () => {
  expect([1, 999, 1_000, 86_137, 1_234_567].map(grouped)).toEqual(["1", "999", "1,000", "86,137", "1,234,567"]);
  expect([
    counted(1, "class"),
    counted(2, "class"),
    counted(0, "entry"),
    counted(1_000, "file"),
    counted(2, "match"),
    counted(2, "day"),
  ]).toEqual(["1 class", "2 classes", "0 entries", "1,000 files", "2 matches", "2 days"]);
  expect([bytes(1), bytes(2_048), bytes(1_048_575 * 1_048_576)]).toEqual(["1 B", "2.0 KiB", "1,048,575.0 MiB"]);
  expect([duration(3), duration(450), duration(3_210), duration(250_000), duration(7_500_000)]).toEqual([
    "3.0 ms",
    "450 ms",
    "3.2 s",
    "4 min 10 s",
    "2 h 5 min",
  ]);
});

test("progress tells the share that is done, and what is left once the speed is known", () => {
  const progress = { phase: "extracting", done: 1_200, total: 86_137 };
  expect(describeProgress(progress, 500, 1_200)).toBe("extracting 1,200 of 86,137 (1%)");
  expect(describeProgress(progress, 2_000, 1_200)).toBe("extracting 1,200 of 86,137 (1%), 2 min 22 s left");
  expect(describeProgress({ phase: "listing", done: 5 }, 2_000, 5)).toBe("listing 5");
  expect(describeProgress({ phase: "x", done: 0, total: 10 }, 2_000, 0)).toBe("x 0 of 10 (0%)");
  expect(describeProgress({ phase: "x", done: 10, total: 10 }, 2_000, 10)).toBe("x 10 of 10 (100%)");
});
