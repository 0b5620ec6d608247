import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { indexSourceTree } from "../../src/extraction/run/index-source-tree.ts";
import type { IndexProgress } from "../../src/extraction/run/index-run.ts";
import { metacacheAll, metacacheIn, type Outcome } from "../support/command.ts";
import { recordOf } from "../support/small-records.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

const HEADER = "###\n# [Reference documentation]\n# - doc/D.md\n###\n";

async function indexed(names: readonly string[] = ["a.py", "b.py", "c.py", "same.py"]): Promise<string> {
  const root = temporaryDirectory();
  for (const name of names) writeFileSync(join(root, name), `${HEADER}def f(): pass\n`);
  await metacacheIn(root, "index");
  return root;
}

function documentOf(outcome: Outcome | undefined): Record<string, unknown> {
  return JSON.parse(outcome?.stdout ?? "") as Record<string, unknown>;
}

test("an answer says which of its files have changed or gone since they were indexed, on stderr and in JSON, with the remedy", async () => {
  const root = await indexed();
  writeFileSync(join(root, "a.py"), "changed\n");
  // Of the same size.
  writeFileSync(join(root, "b.py"), `${HEADER}def g(): pass\n`);
  rmSync(join(root, "c.py"));
  // Touched by a checkout, and the same.
  utimesSync(join(root, "same.py"), 1, 1);
  const outcomes = await metacacheAll(
    root,
    ...[
      ["get", "a.py", "--no-look"],
      ["get", "c.py", "--no-look"],
      ["get", "same.py"],
      ["query", "--no-look"],
      ["query", "--paths", "--no-look"],
      ["refs", "doc/D.md", "--no-look"],
    ].flatMap((line) => [line, [...line, "--json"]]),
  );
  const remedy = "run `metacache index`";
  const changed = (path: string): object => ({ path, state: "changed", remedy });
  const gone = { path: "c.py", state: "gone", remedy };
  const [get, getJson, getGone, getGoneJson, getSame, getSameJson, ...lists] = outcomes;
  expect(get).toMatchObject({
    code: 0,
    stderr: "metacache: a.py has changed since it was indexed\nmetacache: this answer is out of date: run `metacache index`\n",
  });
  expect(documentOf(getJson)["outdated"]).toEqual([changed("a.py")]);
  expect(getGone?.stderr).toContain("c.py is gone since it was indexed");
  expect(documentOf(getGoneJson)["outdated"]).toEqual([gone]);
  expect(getSame).toMatchObject({ code: 0, stderr: "" });
  expect(documentOf(getSameJson)["outdated"]).toEqual([]);
  for (const [at, outcome] of lists.entries()) {
    if (at % 2 === 1) expect(documentOf(outcome)["outdated"]).toEqual([changed("a.py"), changed("b.py"), gone]);
    else expect(outcome.stderr).toMatch(/a\.py has changed .*b\.py has changed .*c\.py is gone .*out of date/s);
  }
});

test("many that differ are counted, not listed one by one", async () => {
  const root = await indexed(Array.from({ length: 12 }, (_, index) => `f${index}.py`));
  for (let index = 0; index < 12; index++) writeFileSync(join(root, `f${index}.py`), "");
  const [query] = await metacacheAll(root, ["query", "--paths", "--no-look"]);
  expect(query?.stderr.split("\n")).toHaveLength(8);
  expect(query?.stderr).toContain("and 7 other files of this answer have changed or are gone");
});

test("what took the place of a file is told, whatever it is", async () => {
  const root = await indexed();
  for (const name of ["a.py", "b.py"]) rmSync(join(root, name));
  mkdirSync(join(root, "a.py"));
  symlinkSync("same.py", join(root, "b.py"));
  const [query] = await metacacheAll(root, ["query", "--json", "--no-look"]);
  expect(documentOf(query)["outdated"]).toMatchObject([
    { path: "a.py", state: "changed" },
    { path: "b.py", state: "changed" },
  ]);
});

test("status, verify and doctor tell how many files differ, and say that all is well only if it is", async () => {
  const root = await indexed();
  const lines = ["status", "verify", "doctor"].flatMap((name) => [[name], [name, "--json"]]);
  const [status, statusJson, verify, , doctor] = await metacacheAll(root, ...lines);
  expect(status?.stdout).toMatch(/files now +same as in the index/);
  expect(documentOf(statusJson)["tree"]).toEqual({ changed: 0, gone: 0, added: [], outdated: [] });
  expect([verify?.code, doctor]).toEqual([0, { code: 0, stdout: "Nothing is wrong.\n", stderr: "" }]);

  writeFileSync(join(root, "a.py"), "");
  rmSync(join(root, "b.py"));
  writeFileSync(join(root, "new.py"), "");
  const [status2, status2Json, verify2, verify2Json, doctor2, doctor2Json] = await metacacheAll(root, ...lines);
  expect(status2?.stdout).toMatch(/files now +1 file changed, 1 gone and 1 new since the tree was indexed: run `metacache index`/);
  expect(documentOf(status2Json)["tree"]).toMatchObject({ changed: 1, gone: 1, added: ["new.py"] });
  expect([verify2?.code, verify2Json?.code, doctor2?.code, doctor2Json?.code]).toEqual([2, 2, 2, 2]);
  expect(verify2?.stdout).toMatch(/^the index is out of date: 1 file changed, 1 gone and 1 new.*All laws hold.*1 finding\.\n$/s);
  const finding = { code: "TREE_OUTDATED", problem: expect.stringContaining("out of date") as string, remedy: "run `metacache index`" };
  expect([documentOf(verify2Json)["findings"], documentOf(doctor2Json)["findings"]]).toEqual([[finding], [finding]]);
});

test("a row that cannot be read is one finding, with its path, and hides no other", async () => {
  const root = await indexed();
  using database = new DatabaseSync(join(root, ".metacache/metadata.db"));
  database.exec("PRAGMA ignore_check_constraints = ON; UPDATE file SET classes = '[{' WHERE path = 'a.py'");
  const [doctor] = await metacacheAll(root, ["doctor", "--json"]);
  const found = documentOf(doctor)["findings"] as readonly { readonly code: string }[];
  expect(found.filter(({ code }) => code === "ROW_UNREADABLE")).toEqual([
    {
      code: "ROW_UNREADABLE",
      path: "a.py",
      problem: expect.stringContaining("the row of a.py cannot be read") as string,
      remedy: expect.stringContaining("metacache index") as string,
    },
  ]);
});

test("a file that has no record is told why: not a file, a folder, new, or misspelt", async () => {
  const root = await indexed();
  mkdirSync(join(root, "folder"));
  writeFileSync(join(root, "folder/x.py"), "");
  const [unlisted] = await metacacheAll(root, ["get", "folder/x.py"]);
  await metacacheIn(root, "index");
  const [folder, misspelt, database] = await metacacheAll(root, ["get", "folder/"], ["get", "smae.py"], ["get", ".metacache"]);
  expect(unlisted).toMatchObject({ code: 1, stdout: expect.stringContaining("newer than the last run") as string });
  expect(folder).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("it is a folder; `metacache query --prefix folder/`") as string,
  });
  expect(misspelt).toMatchObject({ code: 1, stdout: expect.stringContaining("did you mean same.py?") as string });
  expect(database).toMatchObject({ code: 1, stdout: expect.stringContaining("not a regular file") as string });
});

describe("an index that does not hold the whole tree", () => {
  test("whose first run was interrupted says so with every answer, until a run has come to its end", async () => {
    const root = temporaryDirectory();
    for (let file = 0; file < 600; file++) writeFileSync(join(root, `f${file}.py`), `def f${file}(): pass\n`);
    {
      const stop = new AbortController();
      await using cache = await openMetadataCache({ project: root, environment: {} });
      const onProgress = ({ phase }: IndexProgress): void => (phase === "extracting" ? stop.abort() : undefined);
      expect(await indexSourceTree(root, cache, { signal: stop.signal, onProgress })).toMatchObject({ aborted: true });
      // Some records at least are there.
      await cache.update(recordOf({ path: "f0.py" }));
    }
    const lines = [
      ["query"],
      ["query", "--count"],
      ["query", "--paths"],
      ["get", "f0.py"],
      ["refs", "x.md"],
      ["status"],
      ["verify"],
      ["doctor"],
      ["projects"],
    ];
    const before = await metacacheAll(root, ...lines);
    for (const [at, { stdout, stderr }] of before.entries())
      expect(stdout + stderr, lines[at]?.join(" ")).toMatch(/no run has read the whole tree yet/);
    expect(before.slice(-3).map(({ code }) => code)).toEqual([2, 2, 0]);
    const [query, status] = await metacacheAll(root, ["query", "--json"], ["status", "--json"]);
    for (const outcome of [query, status]) expect(documentOf(outcome)["incomplete"]).toMatchObject({ remedy: "run `metacache index`" });
    await metacacheIn(root, "index");
    const after = await metacacheAll(root, ...lines);
    for (const { stdout, stderr } of after) expect(stdout + stderr).not.toMatch(/never/);
    expect(after.slice(-3).map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  test("tells of a skipped file why it has no record, and how to change that", async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, "big.js"), `function big() {}\n${"// filler\n".repeat(120_000)}`);
    writeFileSync(join(root, "picture.js"), Buffer.from([0, 1]));
    writeFileSync(join(root, "a.py"), "def f(): pass\n");
    const [, get, getJson, query, status, statusJson, doctor] = await metacacheAll(
      root,
      ["index"],
      ["get", "big.js"],
      ["get", "big.js", "--json"],
      ["query", "--function", "big"],
      ["status"],
      ["status", "--json"],
      ["doctor"],
    );
    expect(get).toMatchObject({ code: 1, stdout: expect.stringMatching(/it was skipped: too-large, .*--max-file-bytes/) as string });
    expect(documentOf(getJson)["skipped"]).toMatchObject({ path: "big.js", reason: "too-large" });
    expect(query).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("some files were not searched, because they were skipped: too-large 1") as string,
    });
    expect(status?.stdout).toMatch(/skipped files +2: .*too-large 1.*\n.*\n +big\.js: it was skipped: too-large/);
    expect(documentOf(statusJson)).toMatchObject({
      skipped: [{ path: "big.js" }, { path: "picture.js" }],
      lastCompleteRun: { files: 1, skipped: 2 },
    });
    expect(doctor).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 files skipped: .*\nNothing is wrong\.\n$/) as string });
    const [, raised, limited, forced] = await metacacheAll(
      root,
      ["index", "--max-file-bytes", "2000000"],
      ["query", "--function", "big", "--count"],
      ["index", "--languages", "python", "--exclude", "big.*", "--json"],
      ["index", "--force", "--json"],
    );
    expect(raised?.stdout).toBe("1\n");
    expect(documentOf(limited)).toMatchObject({ files: 1 });
    expect(documentOf(forced)).toMatchObject({ files: 1 });
  });
});
