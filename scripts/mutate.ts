import { spawn } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

// Changes the sources in one small place at a time, in a copy of the tree, and runs the tests of
// that folder: a change that no test sees is a survivor. `node scripts/mutate.ts [how many]
// [first]` takes a sample that a fixed seed draws, always the same for the same sources. It ends
// with 1 if fewer than 90 % of the changes were seen.

/**
 * The folders below `src/` that are changed, and the tests that must see it; the quickest first.
 */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  indexing: ["test/indexing", "test/query/candidates.test.ts", "test/query/query-engine.test.ts"],
  query: ["test/query", "test/cache/symbols.test.ts"],
  eviction: ["test/eviction", "test/storage"],
  storage: ["test/storage", "test/indexing/index-model.test.ts", "test/cache/metadata-cache-model.test.ts"],
  state: [
    "test/state",
    "test/cache/interleavings.test.ts",
    "test/cache/metadata-cache-model.test.ts",
    "test/cache/restored-backup.test.ts",
  ],
  sync: ["test/sync", "test/cache/restored-backup.test.ts", "test/cache/interleavings.test.ts", "test/cache/freshness.test.ts"],
  threads: ["test/threads"],
};
const SEED = 20_261_127;
const SAMPLE = 200;
const LEAST_SHARE = 0.9;
/** Tests that take longer hang: the change was seen. */
const TIME_LIMIT_MS = 300_000;

interface Mutant {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const FLIPPED: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "&": "|",
  "|": "&",
  "<<": ">>>",
  ">>>": "<<",
  "&&": "||",
  "||": "&&",
};

/** Every change of one file that the operators can make. */
function mutantsOf(file: string, source: string): Mutant[] {
  const mutants: Mutant[] = [];
  const add = ({ start, end }: Pick<Node, "start" | "end">, text: string): void => {
    mutants.push({ file, start, end, text });
  };
  /** The operator stands between the operands. */
  const flip = (left: Node, right: Node, operator: string): void => {
    const flipped = FLIPPED[operator];
    const start = source.indexOf(operator, left.end);
    if (flipped !== undefined && start >= 0 && start < right.start) add({ start, end: start + operator.length }, flipped);
  };
  const negate = (test: Node | null): void => {
    if (test !== null) add(test, `!(${source.slice(test.start, test.end)})`);
  };
  /** What an assertion says is no behaviour, and what an error says is prose. */
  const isChecked = ({ start, end }: Node): boolean => !/^assert\(|new MetacacheError|finding\(/.test(source.slice(start, end));
  new Visitor({
    BinaryExpression: ({ left, right, operator }) => flip(left, right, operator),
    LogicalExpression: ({ left, right, operator }) => flip(left, right, operator),
    IfStatement: ({ test }) => negate(test),
    ConditionalExpression: ({ test }) => negate(test),
    WhileStatement: ({ test }) => negate(test),
    Literal: (node) => {
      if (typeof node.value === "boolean") add(node, String(!node.value));
      else if (typeof node.value === "number") add(node, `(${node.value} + 1)`);
    },
    UpdateExpression: (node) => {
      const operator = node.operator === "++" ? "--" : "++";
      add(node, node.prefix ? operator + source.slice(node.start + 2, node.end) : source.slice(node.start, node.end - 2) + operator);
    },
    ExpressionStatement: (node) => {
      if (isChecked(node)) add(node, ";");
    },
  }).visit(parseSync(file, source).program);
  const kept = withoutBehaviour(file, source);
  return mutants.filter(({ start, end }) => !kept.some((node) => node.start <= start && end <= node.end));
}

/** What asserts, and the types: they say what holds, and do nothing. */
function withoutBehaviour(file: string, source: string): Node[] {
  const nodes: Node[] = [];
  new Visitor({
    CallExpression: (node) => {
      if (node.callee.type === "Identifier" && node.callee.name === "assert") nodes.push(node);
    },
    TSLiteralType: (node) => {
      nodes.push(node);
    },
  }).visit(parseSync(file, source).program);
  return nodes;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of all, drawn without putting back. */
function sampleOf(all: readonly Mutant[], count: number): Mutant[] {
  const random = randomNumbers(SEED);
  const left = [...all];
  const drawn: Mutant[] = [];
  while (drawn.length < count && left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}

type Outcome = "seen" | "hangs" | "survives";

/** Runs tests in the copy; ends with the first that fails. */
async function run(tree: string, tests: readonly string[]): Promise<Outcome> {
  const vitest = join(tree, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "--bail=1", ...tests], {
    cwd: tree,
    detached: true,
    stdio: "ignore",
    env: { ...process.env, CI: "1" },
  });
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    // The whole group: a test's process may hang without a turn of its event loop.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, TIME_LIMIT_MS);
  const code = await new Promise<number | null>((ended, failed) => {
    child.on("error", failed);
    child.on("close", ended);
  });
  clearTimeout(timer);
  return hangs ? "hangs" : code === 0 ? "survives" : "seen";
}

function folderOf({ file }: Mutant): string {
  return file.split("/")[1] ?? "";
}

function describe({ file, start, end, text }: Mutant, source: string): string {
  const line = source.slice(0, start).split("\n").length;
  const before = source.slice(start, end).replaceAll(/\s+/g, " ");
  return `${file}:${line}: ${before} -> ${text === ";" ? "nothing" : text.replaceAll(/\s+/g, " ")}`;
}

/** Makes each change and takes it back; returns how many survived. */
async function tryAll(tree: string, mutants: readonly Mutant[]): Promise<number> {
  let survivors = 0;
  for (const [number, mutant] of mutants.entries()) {
    const path = join(tree, mutant.file);
    const source = readFileSync(path, "utf8");
    writeFileSync(path, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
    const outcome = await run(tree, TESTS[folderOf(mutant)] ?? []);
    writeFileSync(path, source);
    if (outcome === "survives") survivors++;
    process.stdout.write(`${number + 1}/${mutants.length} ${outcome}: ${describe(mutant, source)}\n`);
  }
  return survivors;
}

/** Without those of folders whose tests fail as it is: of them nothing can be said. */
async function judgeable(tree: string, mutants: readonly Mutant[]): Promise<Mutant[]> {
  const broken = new Set<string>();
  for (const folder of new Set(mutants.map(folderOf))) {
    if ((await run(tree, TESTS[folder] ?? [])) === "survives") continue;
    process.stdout.write(`the tests for src/${folder} fail without any change: it is left out\n`);
    process.exitCode = 1;
    broken.add(folder);
  }
  return mutants.filter((mutant) => !broken.has(folderOf(mutant)));
}

async function main(): Promise<void> {
  const [count = SAMPLE, first = 0] = process.argv.slice(2).map(Number);
  const root = resolve(import.meta.dirname, "..");
  const tree = mkdtempSync(join(tmpdir(), "metacache-mutate-"));
  try {
    for (const name of ["src", "test", "testing", "scripts", "bin", "package.json", "tsconfig.json", "vitest.config.ts"])
      cpSync(join(root, name), join(tree, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
    const files = globSync(
      Object.keys(TESTS).map((folder) => `src/${folder}/**/*.ts`),
      { cwd: tree },
    ).sort();
    const all = files.flatMap((file) => mutantsOf(file, readFileSync(join(tree, file), "utf8")));
    const mutants = await judgeable(tree, sampleOf(all, first + count).slice(first));
    const survivors = await tryAll(tree, mutants);
    const share = 1 - survivors / Math.max(1, mutants.length);
    process.stdout.write(`${mutants.length} of ${all.length} changes, ${survivors} survive: ${(100 * share).toFixed(1)} % seen\n`);
    if (share < LEAST_SHARE) process.exitCode = 1;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

await main();
