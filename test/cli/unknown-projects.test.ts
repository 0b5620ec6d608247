import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { jsonIn, metacacheAll, metacacheIn, metacacheWith } from "../support/command.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

async function indexed(...args: readonly string[]): Promise<string> {
  const root = temporaryDirectory();
  writeFileSync(join(root, "a.js"), "function f() {}\n");
  await metacacheIn(root, "index", ...args);
  return root;
}

const READING = ["query", "get a.js", "refs x.md", "status", "stats", "verify", "compact", "clear", "projects"];

describe("reading", () => {
  test("of a database that does not exist is an error that names one spelt alike, and creates none", async () => {
    const root = await indexed("--db", "real.db");
    const before = readdirSync(root);
    const lines = READING.flatMap((line) =>
      ["reel.db", "nowhere/x.db", undefined].map((file) => [...line.split(" "), ...(file === undefined ? [] : ["--db", file])]),
    );
    for (const [at, outcome] of (await metacacheAll(root, ...lines)).entries()) {
      const line = lines[at]?.join(" ") ?? "";
      expect(outcome, line).toMatchObject({ code: 2, stdout: "" });
      if (line.endsWith("reel.db")) expect(outcome.stderr).toMatch(/there is no database .*reel\.db: did you mean .*real\.db\?/);
      else expect(outcome.stderr, line).toContain(line.endsWith("x.db") ? "there is no directory" : "has no index yet");
    }
    expect(readdirSync(root)).toEqual(before);
  });

  test("an empty file is no database yet, and stays empty", async () => {
    const root = await indexed();
    writeFileSync(join(root, "empty.db"), "");
    expect(await metacacheIn(root, "query", "--db", "empty.db")).toMatchObject({ code: 2 });
    expect(readdirSync(root)).toEqual([".metacache", "a.js", "empty.db"]);
  });

  test("of a project that the database does not know is an error that names those that it does, and creates none", async () => {
    const root = await indexed("--db", "x.db", "--name", "our-app");
    const commands = READING.filter((line) => line !== "projects");
    const mistyped = await metacacheAll(root, ...commands.map((line) => [...line.split(" "), "--db", "x.db", "--name", "our-ap"]));
    for (const [at, outcome] of mistyped.entries()) {
      expect(outcome, commands[at]).toMatchObject({ code: 2, stdout: "" });
      expect(outcome.stderr, commands[at]).toContain('does not know the project "our-ap"; it has "our-app": did you mean "our-app"?');
    }
    const [other] = await metacacheAll(root, ["query", "--db", "x.db", "--name", "something else"]);
    expect(other?.stderr).toContain('it has "our-app": index it first');
    using plain = new DatabaseSync(join(root, "x.db"));
    expect(plain.prepare("SELECT name FROM project").all()).toEqual([{ name: "our-app" }]);
  });

  test("doctor says the same as a finding", async () => {
    const root = await indexed("--db", "x.db", "--name", "our-app");
    expect(await jsonIn(root, "doctor", "--db", "x.db", "--name", "our-ap")).toMatchObject({
      findings: [
        { code: "E_PROJECT_UNKNOWN", problem: expect.stringContaining("does not know") as string, remedy: 'did you mean "our-app"?' },
      ],
    });
    expect(await metacacheIn(root, "doctor", "--db", "none.db")).toMatchObject({ code: 2 });
    expect(existsSync(join(root, "none.db"))).toBe(false);
  });

  test("a project that was indexed and has no files is known", async () => {
    const root = temporaryDirectory();
    await metacacheIn(root, "index");
    expect(await metacacheIn(root, "query", "--count")).toMatchObject({ code: 1, stdout: "0\n" });
  });
});

describe("a project's identity", () => {
  test("survives that its folder is moved or copied with its index", async () => {
    const place = temporaryDirectory();
    mkdirSync(join(place, "p"));
    writeFileSync(join(place, "p/a.js"), "function f() {}\n");
    await metacacheIn(place, "index", "p");
    renameSync(join(place, "p"), join(place, "q"));
    cpSync(join(place, "q"), join(place, "r"), { recursive: true, preserveTimestamps: true });
    for (const folder of ["q", "r"].map((name) => join(place, name))) {
      const [query, index, projects, status] = (
        await metacacheAll(
          place,
          ["query", "--project", folder, "--function", "f", "--json"],
          ["index", folder, "--json"],
          ["projects", "--project", folder, "--json"],
          ["status", "--project", folder, "--db", join(folder, ".metacache/metadata.db"), "--json"],
        )
      ).map(({ stdout }) => JSON.parse(stdout) as object);
      expect(query).toMatchObject({ total: 1, outdated: [] });
      expect(index).toMatchObject({ added: 0, removed: 0 });
      expect(projects).toMatchObject({ projects: [{ label: folder, files: 1 }] });
      expect(status).toMatchObject({ records: 1, project: folder });
    }
  });

  test("that lay elsewhere in a database of several is told with its old path", async () => {
    const place = temporaryDirectory();
    mkdirSync(join(place, "p"));
    writeFileSync(join(place, "p/a.js"), "function f() {}\n");
    await metacacheIn(place, "index", "p", "--db", "shared.db");
    mkdirSync(join(place, "elsewhere"));
    renameSync(join(place, "p"), join(place, "elsewhere/p"));
    const outcome = await metacacheIn(place, "query", "--project", "elsewhere/p", "--db", "shared.db");
    expect(outcome).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${join(place, "p")}" no longer exists; if that project was moved here`) as string,
    });
    const named = await metacacheIn(place, "query", "--project", "elsewhere/p", "--db", "shared.db", "--name", join(place, "p"), "--count");
    expect(named).toMatchObject({ code: 0, stdout: "1\n" });
  });
});

describe("projects and clear", () => {
  test("list, remove by name or folder, and say what is not there", async () => {
    const place = temporaryDirectory();
    for (const name of ["one", "two"]) {
      mkdirSync(join(place, name));
      writeFileSync(join(place, name, "a.js"), "function f() {}\n");
    }
    const lines = [
      ["index", "one"],
      ["index", "two"],
      ["projects", "--json"],
      ["projects", "--remove", "three"],
      ["projects", "--remove", "one", "--yes", "--json"],
      ["projects"],
      ["query", "--project", "one"],
    ];
    const outcomes = await metacacheAll(place, ...lines.map((line) => [...line, "--db", "shared.db"]));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 2, 0, 0, 2]);
    expect(JSON.parse(outcomes[2]?.stdout ?? "")).toMatchObject({
      projects: [
        { name: join(place, "one"), files: 1, revision: 1 },
        { name: join(place, "two"), files: 1, revision: 1 },
      ],
    });
    expect(outcomes[3]?.stderr).toContain('does not know the project "three"');
    expect(JSON.parse(outcomes[4]?.stdout ?? "")).toMatchObject({ removed: { files: 1 } });
    expect(outcomes[5]?.stdout).toContain("1 project in");
    expect(existsSync(join(place, "one/a.js"))).toBe(true);
  });

  test("clear with --dry-run removes nothing", async () => {
    const root = await indexed();
    const lines = [["clear", "--dry-run"], ["status"], ["clear", "--yes"], ["status"]].map((line) => [...line, "--json"]);
    const documents = (await metacacheAll(root, ...lines)).map(({ stdout }) => JSON.parse(stdout) as object);
    expect(documents).toMatchObject([
      { removed: 0, wouldRemove: 1 },
      { records: 1 },
      { removed: 1 },
      { records: 0, incomplete: { remedy: "run `metacache index`" } },
    ]);
  });
});

describe("what the environment and the project file may do", () => {
  test("an unknown variable is a warning on stderr, and fails nothing", async () => {
    const root = await indexed();
    const outcome = await metacacheWith({ METACACHE_MAXITEMS: "500" }, root, "query", "--count");
    expect(outcome).toMatchObject({
      code: 0,
      stdout: "1\n",
      stderr: expect.stringContaining("did you mean METACACHE_MAX_ITEMS?") as string,
    });
  });
});
