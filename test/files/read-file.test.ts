import { execFileSync } from "node:child_process";
import { existsSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { indexSourceTree } from "../../src/extraction/run/index-source-tree.ts";
import { listWithIgnoreRules } from "../../src/extraction/tree/ignore-source-tree.ts";
import { readSourceFile } from "../../src/extraction/read-source-file.ts";
import { readSmallFile } from "../../src/files/read-file.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";
import { MapSink } from "../extraction/map-sink.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";

/** What locks this process has on a file, as the system lists them with its descriptors. */
function locksOn(file: string): readonly string[] {
  const locks = new Set<string>();
  for (const fd of readdirSync("/proc/self/fdinfo")) {
    const info = existsSync(`/proc/self/fdinfo/${fd}`) ? readFileSync(`/proc/self/fdinfo/${fd}`, "latin1") : "";
    for (const [, lock = ""] of info.matchAll(/^lock:\s*\d+: (.*)$/gm)) if (lock.includes(`:${statSync(file).ino} `)) locks.add(lock);
  }
  return [...locks].sort();
}

/** A database that this process has open, in a transaction. */
function openDatabase(file: string, mode: "delete" | "wal" = "wal"): DatabaseSync {
  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  database.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)`);
  return database;
}

function readTree(tree: TemporaryTree, path: string): ReturnType<typeof readSourceFile> {
  return readSourceFile(tree.root, parseProjectPath(path), 1 << 20, systemClock);
}

describe.skipIf(process.platform !== "linux")("a database in use in this process", () => {
  test.for(["wal", "delete"] as const)("keeps its locks while its tree is indexed by threads and by git, in mode %s", async (mode) => {
    using tree = new TemporaryTree();
    for (let index = 0; index < 120; index++) tree.write(`f${index}.ts`, `export function f${index}() {}\n`);
    openDatabase(tree.at("d.bin"), mode);
    linkSync(tree.at("d.bin"), tree.at("hard-link.ts"));
    symlinkSync("d.bin", tree.at("link.ts"));
    const files = readdirSync(tree.root).filter((name) => name.startsWith("d.bin"));
    const before = files.map((name) => locksOn(tree.at(name)));
    expect(before.flat().length).toBeGreaterThan(0);
    const sink = new MapSink();
    for (const listed of ["walk", "git"]) {
      if (listed === "git") tree.git("init", "--quiet");
      const report = await indexSourceTree(tree.root, sink, { workers: 2 });
      expect(report.method).toBe(listed);
      expect(report.skipped.filter(({ reason }) => reason === "database").map(({ path }) => path)).toEqual(
        [...files, "hard-link.ts"].sort(),
      );
      expect(sink.paths.filter((path) => !/^f\d+\.ts$/.test(path))).toEqual([]);
      expect(files.map((name) => locksOn(tree.at(name)))).toEqual(before);
    }
  });

  test("keeps its locks whatever reads it: rules, a project file, one file alone", async () => {
    using tree = new TemporaryTree();
    const file = tree.at("d");
    openDatabase(file);
    const before = [file, `${file}-shm`].map(locksOn);
    for (const name of [".gitignore", "metacache.json", "a.ts"]) linkSync(file, tree.at(name));
    linkSync(`${file}-shm`, tree.at("b.ts"));
    expect((await listWithIgnoreRules(tree.root, tree.root)).warnings).toEqual([expect.stringContaining("it is a database")]);
    await expect(openMetadataCache({ project: tree.root })).rejects.toMatchObject({ code: "E_CONFIG" });
    for (const name of ["d", "d-wal", "d-shm", "a.ts", "b.ts"]) {
      expect(await readTree(tree, name)).toEqual({ kind: "skipped", reason: "database" });
    }
    expect([file, `${file}-shm`].map(locksOn)).toEqual(before);
  });

  test("keeps its locks if another thread has it open, and if it was opened a moment ago", async () => {
    using tree = new TemporaryTree();
    tree.write("a.ts", "a");
    expect((await readTree(tree, "a.ts")).kind).toBe("read");
    const program = `
      const { DatabaseSync } = require("node:sqlite");
      const database = new DatabaseSync(require("node:worker_threads").workerData);
      database.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
      require("node:worker_threads").parentPort.postMessage("open");
      setInterval(() => database, 1000);`;
    const worker = new Worker(program, { eval: true, workerData: tree.at("d") });
    onTestFinished(async () => void (await worker.terminate()));
    await new Promise((resolve) => worker.once("message", resolve));
    const before = [tree.at("d"), tree.at("d-shm")].map(locksOn);
    expect(before.flat().length).toBeGreaterThan(0);
    linkSync(tree.at("d-shm"), tree.at("b.ts"));
    for (const name of ["d", "d-shm", "b.ts"]) expect(await readTree(tree, name)).toEqual({ kind: "skipped", reason: "database" });
    expect([tree.at("d"), tree.at("d-shm")].map(locksOn)).toEqual(before);
  });

  test("is left alone as long as nothing is in it", async () => {
    using tree = new TemporaryTree();
    const database = new DatabaseSync(tree.at("new.ts"));
    onTestFinished(() => database.close());
    database.exec("BEGIN EXCLUSIVE");
    const before = locksOn(tree.at("new.ts"));
    expect(before.length).toBeGreaterThan(0);
    expect(await readTree(tree, "new.ts")).toMatchObject({
      kind: "skipped",
      reason: "unreadable",
      detail: expect.stringContaining("database"),
    });
    expect(locksOn(tree.at("new.ts"))).toEqual(before);
  });

  test("loses no acknowledged write to another process that ends while the tree is indexed", async () => {
    using tree = new TemporaryTree();
    tree.write("a.ts", "export function a() {}\n");
    const database = openDatabase(tree.at("meta.db"));
    database.exec("COMMIT");
    await indexSourceTree(tree.root, new MapSink());
    const elsewhere = (task: string): string =>
      execFileSync(
        process.execPath,
        ["-e", `const d = new (require("node:sqlite").DatabaseSync)(process.argv[1]); ${task}; d.close()`, tree.at("meta.db")],
        {
          encoding: "utf8",
        },
      );
    elsewhere('d.prepare("SELECT * FROM t").all()');
    expect(existsSync(tree.at("meta.db-wal"))).toBe(true);
    database.exec("INSERT INTO t VALUES (2)");
    expect(elsewhere('console.log(d.prepare("SELECT count(*) AS n FROM t").get().n)')).toBe("2\n");
  });
});

describe("a database that nothing here has open", () => {
  test("is no source, whatever it is called, and neither are its log and its journal", async () => {
    using tree = new TemporaryTree();
    const database = new DatabaseSync(tree.at("data.ts"));
    database.exec("CREATE TABLE t (a)");
    database.close();
    tree.write("data.ts-wal", "text").write("data.ts-journal", "").write("empty").write("empty-journal", "x");
    for (const name of ["data.ts", "data.ts-wal", "data.ts-journal", "empty-journal"]) {
      expect(await readTree(tree, name)).toEqual({ kind: "skipped", reason: "database" });
    }
    expect((await readTree(tree, "empty")).kind).toBe("read");
  });

  test("is not seen in a name alone", async () => {
    using tree = new TemporaryTree();
    tree.write("tool", "text").write("tool-journal", "text").write("alone-wal", "text").write("-wal", "text").write("x.db", "text");
    for (const name of ["tool-journal", "alone-wal", "-wal", "x.db"]) expect((await readTree(tree, name)).kind).toBe("read");
  });

  test("leaves no descriptor open", async () => {
    using tree = new TemporaryTree();
    const database = new DatabaseSync(tree.at("d"));
    database.exec("CREATE TABLE t (a)");
    database.close();
    tree.write("binary", "a\0").write("empty").write("text", "text");
    const count = (): number => readdirSync("/dev/fd").length;
    const before = count();
    for (let index = 0; index < 50; index++) for (const name of ["d", "binary", "empty", "text"]) await readTree(tree, name);
    expect(count()).toBeLessThan(before + 10);
  });
});

describe("a small file", () => {
  test("is read only if it is a regular one of bounded size", () => {
    using tree = new TemporaryTree();
    tree.write("a", "text").write("large", "x".repeat(1_048_577));
    symlinkSync("a", tree.at("link"));
    expect(readSmallFile(tree.at("a"))).toBe("text");
    expect(readSmallFile(tree.at("link"), true)).toBe("text");
    expect(() => readSmallFile(tree.at("link"))).toThrow("not a regular file");
    expect(() => readSmallFile(tree.at("large"))).toThrow("more than the 1048576 that are allowed");
    expect(() => readSmallFile("/dev/zero", true)).toThrow("not a regular file");
    writeFileSync(join(tree.root, "empty"), "");
    expect(readSmallFile(tree.at("empty"))).toBe("");
  });
});
