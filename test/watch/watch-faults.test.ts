import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { databaseOf, filesOf, functionNamed, newTree, watching } from "./watched.ts";
import { foreignConnection } from "../support/temporary-database.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { watchSourceTree } from "../../src/watch/watch-source-tree.ts";

/** The threads that are started until the test ends. */
function startedThreads(): readonly Worker[] {
  const workers: Worker[] = [];
  const note = (worker: Worker): unknown => workers.push(worker);
  process.on("worker", note);
  onTestFinished(() => void process.off("worker", note));
  return workers;
}

describe("silence is no proof", () => {
  it("if the thread that watches was killed: a look proves, and another thread takes its place", async () => {
    const threads = startedThreads();
    const { tree, files, watcher } = await watching(newTree());
    const [watch] = threads;
    await watch?.terminate();
    tree.write("a.ts", functionNamed("afterDeath"));
    expect(await files()).toEqual({ "a.ts": ["afterDeath"] });
    await expect.poll(() => watcher.status().state).toBe("watching");
    tree.write("a.ts", functionNamed("afterBirth"));
    expect(await files()).toEqual({ "a.ts": ["afterBirth"] });
    expect(watcher.status().looks).toBeGreaterThan(1);
  });

  it("if the thread that watches was killed and nobody asks: what changed comes into the cache by itself", async () => {
    const threads = startedThreads();
    const { tree, cache } = await watching(newTree());
    await threads[0]?.terminate();
    tree.write("a.ts", functionNamed("afterDeath"));
    await expect.poll(() => cache.peek("a.ts")?.functions[0]?.name).toBe("afterDeath");
  });

  it("if so many events came that some may be lost", async () => {
    const { tree, files, watcher } = await watching(newTree(), { overflowAt: 2 });
    for (let file = 0; file < 100; file++) tree.write(`d${file % 10}/f${file}.ts`, functionNamed(`f${file}`));
    expect(Object.keys(await files())).toHaveLength(101);
    expect(watcher.status().overflows).toBeGreaterThan(0);
    tree.write("d3/f3.ts", functionNamed("later"));
    expect((await files())["d3/f3.ts"]).toEqual(["later"]);
  });

  it("if the system has no watch left: it says so, with the remedy, and looks", async () => {
    const states: string[] = [];
    const { tree, files, watcher } = await watching(newTree().write("d/e/f/b.ts", functionNamed("b")), {
      maxWatches: 3,
      onStatus: ({ state, reason }) => states.push(`${state}: ${reason}`),
    });
    expect(watcher.status()).toMatchObject({ state: "looking", remedy: expect.stringContaining("max_user_watches") });
    expect(states).toEqual([expect.stringContaining("ENOSPC")]);
    tree.write("d/e/f/b.ts", functionNamed("c"));
    expect(await files()).toEqual({ "a.ts": ["first"], "d/e/f/b.ts": ["c"] });
  });

  it("if watches run out later, when folders are made", async () => {
    const { tree, files, watcher } = await watching(newTree(), { maxWatches: 8 });
    expect(watcher.status().state).toBe("watching");
    for (let folder = 0; folder < 10; folder++) tree.write(`d${folder}/f.ts`, functionNamed(`f${folder}`));
    expect(Object.keys(await files())).toHaveLength(11);
    await expect.poll(() => watcher.status().state).toBe("looking");
    tree.write("d9/f.ts", functionNamed("seen"));
    expect((await files())["d9/f.ts"]).toEqual(["seen"]);
  });

  it("if another folder took the place of the tree's", async () => {
    const { tree, files } = await watching(newTree());
    const aside = `${tree.root}-aside`;
    onTestFinished(() => rmSync(aside, { recursive: true, force: true }));
    cpSync(tree.root, aside, { recursive: true });
    const other = `${tree.root}-other`;
    renameSync(tree.root, other);
    onTestFinished(() => rmSync(other, { recursive: true, force: true }));
    renameSync(aside, tree.root);
    tree.write("a.ts", functionNamed("ofTheOther"));
    expect(await files()).toEqual({ "a.ts": ["ofTheOther"] });
    tree.write("a.ts", functionNamed("again"));
    expect(await files()).toEqual({ "a.ts": ["again"] });
  });

  it("if the tree is reached by a link that leads elsewhere now", async () => {
    const [one, other] = [newTree(), newTree()];
    other.write("a.ts", functionNamed("ofOther"));
    const link = `${one.root}-link`;
    symlinkSync(one.root, link);
    onTestFinished(() => rmSync(link, { force: true }));
    const cache = await openMetadataCache({ project: one.root, name: "x" });
    onTestFinished(() => cache.shutdown());
    await watchSourceTree(link, cache);
    expect(await filesOf(cache)).toEqual({ "a.ts": ["first"] });
    unlinkSync(link);
    symlinkSync(other.root, link);
    expect(await filesOf(cache)).toEqual({ "a.ts": ["ofOther"] });
    other.write("a.ts", functionNamed("again"));
    expect(await filesOf(cache)).toEqual({ "a.ts": ["again"] });
  });

  it("if the folder is gone: nothing is removed, and the answer says that it is not proved", async () => {
    const { tree, cache, watcher, files } = await watching(newTree());
    // The database is in the folder: what is asked needs none, and fails with the folder.
    const aside = `${tree.root}-aside`;
    renameSync(tree.root, aside);
    onTestFinished(() => rmSync(aside, { recursive: true, force: true }));
    await expect.poll(() => watcher.status()).toMatchObject({ state: "looking", reason: "the folder is gone" });
    expect(cache.paths({})).toEqual(["a.ts"]);
    renameSync(aside, tree.root);
    tree.write("a.ts", functionNamed("back"));
    expect(await files()).toEqual({ "a.ts": ["back"] });
    await expect.poll(() => watcher.status().state).toBe("watching");
  });

  it("if the database was replaced by an older one, or its rows were changed by others", async () => {
    const { tree, cache, files } = await watching(newTree());
    const file = databaseOf(tree);
    foreignConnection(file).exec("PRAGMA wal_checkpoint(TRUNCATE)");
    copyFileSync(file, `${file}.old`);
    tree.write("a.ts", functionNamed("second"));
    await files();
    for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
    renameSync(`${file}.old`, file);
    expect(await files()).toEqual({ "a.ts": ["second"] });
    await (await openMetadataCacheOf(tree.root)).remove("a.ts");
    expect(await files()).toEqual({ "a.ts": ["second"] });
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
  });

  it("but a cookie proves, whatever other programs leave among the cookies", async () => {
    const tree = newTree();
    mkdirSync(tree.at(".metacache/cookies/folder"), { recursive: true });
    utimesSync(tree.at(".metacache/cookies/folder"), 1, 1);
    symlinkSync("nowhere", tree.at(".metacache/cookies/link"));
    const { files, watcher } = await watching(tree);
    expect(watcher.status()).toMatchObject({ state: "watching" });
    expect(await files()).toEqual({ "a.ts": ["first"] });
  });

  it("and what processes that were killed left among the cookies is removed, but not what others wait for", async () => {
    const tree = newTree();
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    tree.write(`.metacache/cookies/cookie-${dead}-a-0`, "").write(`.metacache/cookies/cookie-${process.ppid}-b-0`, "");
    await watching(tree);
    expect(readdirSync(tree.at(".metacache/cookies")).filter((name) => /^cookie-\d+-[ab]-/.test(name))).toEqual([
      `cookie-${process.ppid}-b-0`,
    ]);
  });

  it("if the database was away when something changed: the watcher tries again by itself", async () => {
    const tree = newTree();
    const [folder, away] = [`${tree.root}-db`, `${tree.root}-away`];
    mkdirSync(folder);
    onTestFinished(() => [folder, away].forEach((each) => rmSync(each, { recursive: true, force: true })));
    const cache = await openMetadataCache({ project: tree.root, database: join(folder, "m.db") });
    onTestFinished(() => cache.shutdown());
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (text: string) => warnings.push(text) };
    const watcher = await watchSourceTree(tree.root, cache, { logger });
    onTestFinished(() => watcher.close());
    renameSync(folder, away);
    tree.write("a.ts", functionNamed("second"));
    await expect.poll(() => warnings).toContainEqual(expect.stringContaining("The watcher tries again"));
    renameSync(away, folder);
    await expect.poll(async () => (await cache.getMetadata("a.ts"))?.functions[0]?.name).toBe("second");
  });

  it("if the folder of the cookies can no longer be looked into: a look proves", async () => {
    const tree = newTree();
    mkdirSync(`${tree.root}-db`);
    onTestFinished(() => rmSync(`${tree.root}-db`, { recursive: true, force: true }));
    const cache = await openMetadataCache({ project: tree.root, database: `${tree.root}-db/m.db` });
    onTestFinished(() => cache.shutdown());
    const watcher = await watchSourceTree(tree.root, cache);
    rmSync(tree.at(".metacache"), { recursive: true });
    symlinkSync(".metacache", tree.at(".metacache"));
    tree.write("a.ts", functionNamed("second"));
    expect(await watcher.settled({ timeoutMs: 60_000 })).toMatchObject({ fresh: true });
    expect(cache.peek("a.ts")?.functions[0]?.name).toBe("second");
    await watcher.close();
  });

  it("if git's folder can no longer be looked into", async () => {
    const { tree, cache } = await watching(newTree());
    rmSync(tree.at(".git"), { recursive: true });
    // A link to itself leads nowhere, which is no absence.
    symlinkSync(".git", tree.at(".git"));
    for (const name of ["one", "two"]) {
      tree.write("b.ts", functionNamed(name));
      await expect.poll(() => cache.peek("b.ts")?.functions[0]?.name).toBe(name);
    }
  });

  it("if the process stood still while more was written than the system keeps events for", async () => {
    const tree = newTree();
    for (const folder of [0, 1, 2]) mkdirSync(tree.at(`d${folder}`));
    const child = fork(join(import.meta.dirname, "stopped-watcher.ts"), [tree.root], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "message");
    child.kill("SIGSTOP");
    // Each file gives two events or more. The system keeps 16,384.
    for (let file = 0; file < 9_000; file++) {
      tree.write(`d${file % 3}/f.ts`, functionNamed(`f${file}`));
      rmSync(tree.at(`d${file % 3}/f.ts`));
    }
    tree.write("d0/f.ts", functionNamed("last")).write("a.ts", functionNamed("afterStop"));
    child.kill("SIGCONT");
    child.send("ask");
    const [answer] = (await once(child, "message")) as readonly { readonly overflows: number }[];
    expect(answer).toMatchObject({ fresh: true, files: ["a.ts afterStop", "d0/f.ts last"] });
    expect(answer?.overflows).toBeGreaterThan(0);
    child.disconnect();
    await once(child, "exit");
  });

  it.each(["git", "plain"] as const)("if a file cannot be read (%s): its record is kept, and the answer names it", (kind) => {
    const tree = newTree(kind).write("b.ts", functionNamed("b"));
    const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if (user.uid !== undefined) giveTo(tree.root, NOBODY);
    const program = join(import.meta.dirname, "watch-unreadable.ts");
    const child = spawnSync(process.execPath, [program, tree.root, "b.ts"], {
      ...user,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
    expect(child.stderr).toBe("");
    const paths = ["a.ts", "b.ts"];
    expect(JSON.parse(child.stdout)).toEqual([
      { fresh: false, behind: ["b.ts"], onlyThese: true, reason: "1 file cannot be read", paths },
      { fresh: true, paths },
    ]);
  });

  it("if all files went at once: an empty folder may be a disk that is missing", async () => {
    const tree = newTree("plain");
    mkdirSync(`${tree.root}-db`);
    const cache = await openMetadataCache({ project: tree.root, database: `${tree.root}-db/m.db` });
    onTestFinished(() => cache.shutdown());
    onTestFinished(() => rmSync(`${tree.root}-db`, { recursive: true, force: true }));
    const watcher = await watchSourceTree(tree.root, cache);
    rmSync(tree.at("a.ts"));
    rmSync(tree.at(".metacache"), { recursive: true, force: true });
    expect(await watcher.settled({ timeoutMs: 5_000 })).toMatchObject({
      fresh: false,
      onlyThese: false,
      reason: expect.stringContaining("empty"),
    });
    // Nothing is put there that would hide it.
    await watcher.look();
    await expect.poll(() => watcher.status().state).toBe("looking");
    expect(readdirSync(tree.root)).toEqual([]);
    expect(cache.paths({})).toEqual(["a.ts"]);
    mkdirSync(tree.at("d"));
    expect(await watcher.settled({ timeoutMs: 60_000 })).toMatchObject({ fresh: true });
    expect(cache.paths({})).toEqual([]);
  });
});

const NOBODY = 65_534;

function giveTo(path: string, uid: number): void {
  chmodSync(path, 0o755);
  chownSync(path, uid, uid);
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) chownSync(join(entry.parentPath, entry.name), uid, uid);
}

async function openMetadataCacheOf(root: string): ReturnType<typeof openMetadataCache> {
  const cache = await openMetadataCache({ project: root });
  onTestFinished(() => cache.shutdown());
  return cache;
}
