import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { watchSourceTree } from "../../src/extraction.ts";
import { openMetadataCache } from "../../src/index.ts";
import { differences, readTruth } from "./tree-truth.ts";

// Counts stale answers: a process changes a tree, and after each change every kind of access is
// asked at once.
const { values } = parseArgs({
  options: {
    edits: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    "command-every": { type: "string", default: "50" },
  },
});
const root = realpathSync(mkdtempSync(join(tmpdir(), "metacache-watching-")));
const editor = start("edit-tree.ts", root, values.seed);
await next(editor);
const cache = await openMetadataCache({ project: root });
const tree = await watchSourceTree(root, cache);
const second = start("ask-tree.ts", root);
await next(second);

const edits = Number(values.edits);
const asked = { library: 0, second: 0, command: 0 };
const stale = { library: 0, second: 0, command: 0 };
let unproved = 0;
const waits: number[] = [];
const byKind = new Map<string, number>();
for (let edit = 1; edit <= edits; edit++) {
  editor.send("edit");
  const kind = (await next(editor)) as string;
  byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  const begun = performance.now();
  // The order alternates: nothing is prepared for the one that is asked first.
  const ways = edit % 2 === 0 ? [askLibrary, askSecond] : [askSecond, askLibrary];
  for (const ask of ways) await ask(`edit ${edit}, ${kind}`);
  waits.push(performance.now() - begun);
  if (edit % Number(values["command-every"]) === 0) askCommand(`edit ${edit}, ${kind}`);
  if (edit % 500 === 0) report(edit);
}
report(edits);
console.log(JSON.stringify(tree.status()));
console.log(Object.fromEntries(byKind));
editor.disconnect();
second.disconnect();
await cache.shutdown();
rmSync(root, { recursive: true, force: true });
process.exitCode = stale.library + stale.second + stale.command > 0 ? 1 : 0;

function report(edit: number): void {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  console.log(
    `${edit} edits: asked ${JSON.stringify(asked)}, stale ${JSON.stringify(stale)}, not proved ${unproved}; both answers p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
}

function start(program: string, ...args: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, program), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

async function next(child: ChildProcess): Promise<unknown> {
  return ((await once(child, "message")) as readonly unknown[])[0];
}

async function askLibrary(what: string): Promise<void> {
  const { items, tree: proved } = await cache.query({ select: ["path", "digest"] }, { consistency: "tree", timeoutMs: 60_000 });
  if (proved?.fresh !== true) unproved++;
  count("library", what, new Map(items.map(({ path, digest }) => [path, digest])));
}

async function askSecond(what: string): Promise<void> {
  second.send("ask");
  const { files, tree: proved } = (await next(second)) as { files: (readonly [string, string])[]; tree: { fresh: boolean } };
  if (!proved.fresh) unproved++;
  count("second", what, new Map(files));
}

function askCommand(what: string): void {
  const metacache = join(import.meta.dirname, "../../scripts/start.ts");
  const args = [metacache, "query", "--project", root, "--json", "--limit", "1000000"];
  const output = execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const { items } = JSON.parse(output) as { items: readonly { readonly path: string; readonly digest: string }[] };
  count("command", what, new Map(items.map(({ path, digest }) => [path, digest])));
}

function count(way: keyof typeof asked, what: string, answer: ReadonlyMap<string, string>): void {
  asked[way]++;
  const found = differences(readTruth(root), answer);
  if (found.length === 0) return;
  stale[way]++;
  console.log(`${way}, after ${what}: ${found.slice(0, 5).join("; ")}`);
}
