/** An example of a Markdown document that is to be run. */
export interface DocExample {
  /** Of the fence that opens it, from 1. */
  readonly line: number;
  readonly kind: "ts" | "shell";
  /** A program, or the commands of a block: one a line. */
  readonly code: string;
}

const KINDS: Readonly<Record<string, DocExample["kind"]>> = {
  ts: "ts",
  typescript: "ts",
  sh: "shell",
  bash: "shell",
  console: "shell",
};

/**
 * The examples of a document: every block of TypeScript, and of every shell block the commands that
 * are metacache's. Two comments on the line before a block change that: `<!-- not run: why -->`
 * leaves it out, and `<!-- continues -->` adds a block of TypeScript to the program of the one
 * before. Throws where a reason is missing or there is nothing to continue.
 */
export function extractDocExamples(markdown: string): readonly DocExample[] {
  const examples: DocExample[] = [];
  for (const block of blocksOf(markdown)) {
    const kind = KINDS[block.language];
    if (kind === undefined) continue;
    const exemption = /^<!--\s*not run\b:?(.*)-->$/.exec(block.before);
    if (exemption !== null) {
      if (exemption[1]?.trim() === "") throw new Error(`line ${block.line}: say why this is not run: <!-- not run: why -->`);
      continue;
    }
    if (/^<!--\s*continues\s*-->$/.test(block.before)) {
      const previous = examples.pop();
      if (kind !== "ts" || previous?.kind !== "ts") throw new Error(`line ${block.line}: continues no block of TypeScript`);
      examples.push({ ...previous, code: `${previous.code}\n${block.text}` });
      continue;
    }
    const code = kind === "ts" ? block.text : commandsOf(block.text);
    if (code !== "") examples.push({ line: block.line, kind, code });
  }
  return examples;
}

interface Block {
  readonly line: number;
  readonly language: string;
  /** The last line before it that is not empty. */
  readonly before: string;
  readonly text: string;
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  let before = "";
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? "").trim();
    const fence = /^(`{3,})\s*(\w*)/.exec(line);
    if (fence === null) {
      if (line !== "") before = line;
      continue;
    }
    const end = lines.findIndex((other, index) => index > at && other.trim() === fence[1]);
    if (end === -1) throw new Error(`line ${at + 1}: this block does not end`);
    blocks.push({ line: at + 1, language: fence[2] ?? "", before, text: lines.slice(at + 1, end).join("\n") });
    before = "";
    at = end;
  }
  return blocks;
}

/**
 * The lines of a shell block that call metacache, without a prompt; what a command prints is not
 * among them.
 */
function commandsOf(text: string): string {
  const commands = text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.trim().replace(/^\$ /, ""));
  return commands.filter((command) => /^(?:npm start|npx metacache|metacache)(?: |$)/.test(command)).join("\n");
}
