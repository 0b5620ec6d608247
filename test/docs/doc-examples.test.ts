import { expect, test } from "vitest";
import { extractDocExamples } from "./doc-examples.ts";

const FENCE = "```";

test("every block of TypeScript is an example, with the line that it begins on", () => {
  expect(extractDocExamples(`# Title\n\n${FENCE}ts\nawait 1;\nawait 2;\n${FENCE}\n\n${FENCE}json\n{}\n${FENCE}\n`)).toEqual([
    { line: 3, kind: "ts", code: "await 1;\nawait 2;" },
  ]);
});

test("of a shell block, the commands of metacache are the example, without prompts, output and other commands", () => {
  const block = [
    "cd code",
    "$ npm start -- status",
    "revision 5",
    "npx metacache find \\",
    "  --language go",
    "metacache",
    "metacacheish",
    "# metacache",
  ];
  expect(extractDocExamples(`${FENCE}console\n${block.join("\n")}\n${FENCE}\n`)).toEqual([
    { line: 1, kind: "shell", code: "npm start -- status\nnpx metacache find    --language go\nmetacache" },
  ]);
});

test("a block without a command of metacache is no example", () => {
  expect(extractDocExamples(`${FENCE}sh\nnpm install metacache\n${FENCE}\n`)).toEqual([]);
});

test("a block is left out with a reason, and not without one", () => {
  const block = `${FENCE}ts\nthrow 1;\n${FENCE}\n`;
  expect(extractDocExamples(`<!-- not run: it never ends -->\n\n${block}`)).toEqual([]);
  expect(extractDocExamples(`<!-- not run: it never ends -->\n\ntext\n${block}`)).toHaveLength(1);
  expect(() => extractDocExamples(`<!-- not run -->\n${block}`)).toThrow("line 2: say why");
  expect(() => extractDocExamples(`<!-- not run: -->\n${block}`)).toThrow("line 2: say why");
});

test("a block that continues another one is run with it", () => {
  const first = `${FENCE}ts\nconst a = 1;\n${FENCE}\n`;
  const second = `<!-- continues -->\n${FENCE}ts\na + 1;\n${FENCE}\n`;
  expect(extractDocExamples(first + second + second)).toEqual([{ line: 1, kind: "ts", code: "const a = 1;\na + 1;\na + 1;" }]);
  expect(() => extractDocExamples(second)).toThrow("continues no block");
});

test("what stands in a longer fence is text of that block, and a block that does not end is an error", () => {
  expect(extractDocExamples(`${FENCE}\`md\n${FENCE}ts\nawait 1;\n${FENCE}\n${FENCE}\`\n`)).toEqual([]);
  expect(() => extractDocExamples(`${FENCE}ts\nawait 1;\n`)).toThrow("line 1: this block does not end");
});
