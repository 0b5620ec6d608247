import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { metacacheAll, type Outcome, START } from "../support/command.ts";
import { keptDirectory, temporaryDirectory } from "../support/temporary-database.ts";

const ROOT = join(import.meta.dirname, "../..");
const NOTE_MODULES = join(import.meta.dirname, "../support/note-modules.ts");
const PACKAGES = ["commander", "ignore", "re2js", "web-tree-sitter"];

/** The tests' own settings are not for the programs that are looked at here. */
const OWN_CACHE = { NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined };

function run(program: string, cwd: string, args: readonly string[], settings: Readonly<NodeJS.ProcessEnv> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", NOTE_MODULES, program, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, MODULES: join(cwd, ".modules"), ...OWN_CACHE, ...settings },
  });
  return { code: status ?? -1, stdout, stderr };
}

/** The modules that a command loads, as paths. */
function modulesOf(
  program: string,
  cwd: string,
  args: readonly string[],
): { readonly outcome: Outcome; readonly modules: readonly string[] } {
  rmSync(join(cwd, ".modules"), { force: true });
  const outcome = run(program, cwd, args);
  const urls = readFileSync(join(cwd, ".modules"), "utf8").split("\n");
  return { outcome, modules: urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url)) };
}

function packagesIn(modules: readonly string[]): readonly string[] {
  const names = modules.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort();
}

function layersIn(modules: readonly string[]): ReadonlySet<string> {
  return new Set(modules.flatMap((path) => (path.startsWith(join(ROOT, "src/")) ? (path.split("/src/")[1]?.split("/")[0] ?? []) : [])));
}

function commandsIn(modules: readonly string[]): readonly string[] {
  return modules.flatMap((path) => /\/([a-z]+)-command\.ts$/.exec(path)?.[1] ?? []);
}

/** A folder with an index, of two files. */
async function indexedTree(root: string): Promise<string> {
  writeFileSync(join(root, "a.py"), "def f(): pass\n");
  writeFileSync(join(root, "b.py"), "def g(): pass\n");
  await metacacheAll(root, ["index"]);
  return root;
}

describe("what a command loads", () => {
  const root = keptDirectory();
  beforeAll(() => indexedTree(root));

  test.each([[["--help"]], [["--version"]], [["qurey"]], [["--json", "x"]]])(
    "%j loads no command, no database and no package but the one that parses options",
    (args) => {
      const { modules } = modulesOf(START, root, args);
      expect(commandsIn(modules)).toEqual([]);
      expect(packagesIn(modules)).toEqual(["commander"]);
      expect([...layersIn(modules)].sort()).toEqual(["base", "cli", "config"]);
    },
  );

  test.each([
    [["get", "a.py"], ["commander"]],
    [["get", "c.py"], ["commander"]],
    [["status"], ["commander", "ignore"]],
    [["doctor"], ["commander", "ignore"]],
    [["projects"], ["commander"]],
  ])("%j loads no index, no grammar, no driver and no other command", (args, packages) => {
    const { modules } = modulesOf(START, root, args);
    expect(commandsIn(modules)).toEqual([args[0]]);
    for (const layer of ["indexing", "storage", "query", "eviction", "threads", "state"])
      expect(layersIn(modules), layer).not.toContain(layer);
    expect(modules.filter((path) => path.includes("/postgres/"))).toEqual([]);
    expect(packagesIn(modules).filter((name) => !packages.includes(name))).toEqual([]);
  });

  test("query loads the engine for patterns only if a pattern is given, and nothing that reads sources", () => {
    const plain = modulesOf(START, root, ["query", "--function", "f", "--no-look"]);
    expect(plain.outcome).toMatchObject({ code: 0, stdout: expect.stringContaining("1 file, at revision") as string });
    expect(packagesIn(plain.modules)).toEqual(["commander"]);
    expect(commandsIn(plain.modules)).toEqual(["query"]);
    expect(layersIn(plain.modules)).not.toContain("extraction");
    const pattern = modulesOf(START, root, ["query", "--path", "^a", "--count", "--no-look"]);
    expect([pattern.outcome.stdout, packagesIn(pattern.modules)]).toEqual(["1\n", ["commander", "re2js"]]);
  });
});

describe("the command as it is packed", () => {
  const folder = keptDirectory();
  const bin = join(folder, "bin/metacache.js");
  const kept = join(folder, "node_modules/.cache");
  const root = keptDirectory();

  beforeAll(async () => {
    execFileSync(process.execPath, [join(ROOT, "scripts/package/bundle-command.ts"), join(folder, "dist/command")]);
    for (const name of ["bin", "package.json"]) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    for (const name of PACKAGES.filter((each) => each !== "commander"))
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    await indexedTree(root);
  });

  test("answers from a few files, in which the index is not if only a row is read", () => {
    const { outcome, modules } = modulesOf(bin, root, ["get", "a.py"]);
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining("f()") as string });
    const texts = modules.filter((path) => path.startsWith(join(folder, "dist"))).map((path) => readFileSync(path, "utf8"));
    expect(texts.filter((text) => /var (?:IndexManager|MetadataCache|QueryEngine|ExtractionPool) = class/.test(text))).toEqual([]);
    expect(texts.join("")).toMatch(/var SqliteProjectStore = class/);
    expect(modules.filter((path) => path.startsWith(folder)).length).toBeLessThan(10);
    expect(packagesIn(modules.map((path) => path.slice(folder.length)))).toEqual([]);
  });

  const NEVER = ["http", "internal/process/report", "repl"];
  test.each([
    [
      ["get", "a.py"],
      ["child_process", "crypto", "worker_threads", "zlib"],
    ],
    [
      ["find", "f", "--no-look"],
      ["child_process", "crypto"],
    ],
    [["find", "f"], []],
  ])("%j loads of Node itself only what it uses", (args, unused) => {
    const atEnd = "data:text/javascript,process.on('exit',()=>process.stderr.write(process.moduleLoadList.join()))";
    const { status, stderr } = spawnSync(process.execPath, ["--import", atEnd, bin, ...args], { cwd: root, encoding: "utf8" });
    const loaded = new Set(stderr.split(","));
    expect([status, loaded.has("NativeModule sqlite")]).toEqual([0, true]);
    expect([...NEVER, ...unused].filter((name) => loaded.has(`NativeModule ${name}`))).toEqual([]);
  });

  test("keeps its compiled code beside itself, unless Node is told not to, or to keep it elsewhere", () => {
    rmSync(kept, { recursive: true, force: true });
    expect(run(bin, root, ["get", "a.py"], { NODE_DISABLE_COMPILE_CACHE: "1" }).code).toBe(0);
    expect(existsSync(kept)).toBe(false);
    const elsewhere = temporaryDirectory();
    expect(run(bin, root, ["get", "a.py"], { NODE_COMPILE_CACHE: elsewhere }).code).toBe(0);
    expect([existsSync(kept), readdirSync(elsewhere).length]).toEqual([false, 1]);
    expect(run(bin, root, ["get", "a.py"]).code).toBe(0);
    expect(readdirSync(join(kept, "metacache"))).toHaveLength(1);
  });

  test("answers all the same if its compiled code cannot be kept", () => {
    rmSync(kept, { recursive: true, force: true });
    writeFileSync(kept, "no folder");
    expect(run(bin, root, ["get", "a.py"])).toMatchObject({ code: 0, stderr: "" });
    rmSync(kept);
  });
});

test("a row that cannot be read is an error of get, and no absence; other rows do not mind", async () => {
  const root = await indexedTree(temporaryDirectory());
  const database = new DatabaseSync(join(root, ".metacache/metadata.db"));
  database.exec("UPDATE file SET functions = '[1]' WHERE path = 'a.py'");
  database.close();
  const [bad, good, status, doctor] = await metacacheAll(
    root,
    ["get", "a.py", "--json"],
    ["get", "b.py"],
    ["status", "--json"],
    ["doctor"],
  );
  expect([bad?.code, JSON.parse(bad?.stdout ?? "")]).toMatchObject([2, { error: { code: "E_RECORD", remedy: "store the record again" } }]);
  expect(good?.code).toBe(0);
  expect(JSON.parse(status?.stdout ?? "")).toMatchObject({ records: 1, unreadable: [{ path: "a.py" }] });
  expect(doctor).toMatchObject({ code: 2, stdout: expect.stringContaining("the row of a.py cannot be read") as string });
});

test("the time that a command prints begins with its process", async () => {
  const root = await indexedTree(temporaryDirectory());
  const wait = "data:text/javascript,Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)";
  const late = (...args: readonly string[]): string =>
    execFileSync(process.execPath, ["--import", wait, START, ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const secondsIn = (text: string, before: RegExp): number => {
    const [, value = "0", unit] = new RegExp(`${before.source} *([\\d.]+) (m?s)`).exec(text) ?? [];
    return Number(value) / (unit === "ms" ? 1_000 : 1);
  };
  expect(secondsIn(late("index"), /Indexed .* in/)).toBeGreaterThanOrEqual(0.7);
  expect((JSON.parse(late("index", "--json")) as { readonly elapsedMs: number }).elapsedMs).toBeGreaterThanOrEqual(700);
  expect(secondsIn(late("stats"), /loaded in/)).toBeGreaterThanOrEqual(0.7);
  expect(secondsIn(late("tour"), /Indexed .* in/)).toBeGreaterThanOrEqual(0.7);
});
