import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { metacacheAll, metacacheIn, type Outcome } from "../support/command.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";
import { verifySqliteFile } from "../support/verify-sqlite-file.ts";

function documentOf(outcome: Outcome | undefined): Record<string, unknown> {
  return JSON.parse(outcome?.stdout ?? "") as Record<string, unknown>;
}

async function indexed(files = 60): Promise<string> {
  const root = temporaryDirectory();
  for (let file = 0; file < files; file++) writeFileSync(join(root, `f${file}.py`), `def f${file}():\n    """${"x".repeat(4_000)}"""\n`);
  await metacacheIn(root, "index");
  return root;
}

const HIDDEN_PROJECTS =
  /^metacache: the list of the projects in the old database could not be read: index its other projects and worktrees again\n$/;

describe("a damaged database", () => {
  test.each(["truncated", "overwritten", "without its tables", "no database at all"])(
    "%s, is told with a remedy that works",
    async (how) => {
      const root = await indexed();
      const file = join(root, ".metacache/metadata.db");
      if (how === "truncated") truncateSync(file, statSync(file).size / 2);
      if (how === "overwritten") writeFileSync(file, readFileSync(file).fill(7, 16_384));
      if (how === "without its tables") new DatabaseSync(file).exec("DROP TABLE change; DELETE FROM store");
      if (how === "no database at all") writeFileSync(file, "nothing of the kind\n".repeat(100));
      const [query, doctor, rebuild, after, verify] = await metacacheAll(
        root,
        ["query", "--json"],
        ["doctor"],
        ["index", "--rebuild", "--json"],
        ["query", "--count"],
        ["verify"],
      );
      expect(query).toMatchObject({ code: 2 });
      if (how !== "no database at all")
        for (const { stdout, stderr } of [query, doctor] as Outcome[]) expect(stdout + stderr).toContain("metacache index --rebuild");
      expect(rebuild?.stderr).toMatch(HIDDEN_PROJECTS);
      expect(documentOf(rebuild)).toMatchObject({ added: 60, aborted: false });
      expect(after).toMatchObject({ code: 0, stdout: "60\n" });
      expect(verify?.code).toBe(0);
      expect(readdirSync(join(root, ".metacache")).sort()).toEqual([".gitignore", "metadata.db"]);
      expect(verifySqliteFile(file)).toEqual([]);
    },
  );

  test("keeps what can be read of other projects, and does not give up what cannot without being told to", async () => {
    const place = temporaryDirectory();
    for (const name of ["own", "other"]) {
      mkdirSync(join(place, name));
      writeFileSync(join(place, name, "a.py"), `def ${name}(): pass\n`);
    }
    const shared = ["--db", "shared.db"];
    await metacacheAll(place, ["index", "own", ...shared], ["index", "other", ...shared]);
    const [rebuild, other, projects] = await metacacheAll(
      place,
      ["index", "own", "--rebuild", "--json", ...shared],
      ["query", "--project", "other", "--function", "other", "--count", ...shared],
      ["projects", "--json", ...shared],
    );
    expect(documentOf(rebuild)).toMatchObject({ added: 1 });
    expect(other).toMatchObject({ code: 0, stdout: "1\n" });
    expect(documentOf(projects)).toMatchObject({ projects: [{ label: join(place, "other") }, { label: join(place, "own") }] });
    expect(verifySqliteFile(join(place, "shared.db"))).toEqual([]);

    {
      using plain = new DatabaseSync(join(place, "shared.db"), { enableForeignKeyConstraints: false });
      plain.exec("DROP TABLE file");
    }
    const [refused, given, left] = await metacacheAll(
      place,
      ["index", "own", "--rebuild", ...shared],
      ["index", "own", "--rebuild", "--yes", ...shared],
      ["projects", "--json", ...shared],
    );
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/other".*cannot be read completely.*give --yes/) as string });
    expect(given).toMatchObject({ code: 0, stderr: expect.stringMatching(/other is no longer in the database: index it again/) as string });
    expect(documentOf(left)).toMatchObject({ projects: [{ label: join(place, "own"), files: 1 }] });
    expect(readdirSync(place).sort()).toEqual(["other", "own", "shared.db"]);
  });

  test("a file of another program is not replaced by a mistyped path", async () => {
    const root = await indexed(1);
    const notes = join(root, "notes.txt");
    writeFileSync(notes, "not to be lost\n".repeat(100));
    using foreign = new DatabaseSync(join(root, "foreign.db"));
    foreign.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    for (const file of ["notes.txt", "foreign.db"]) {
      expect(await metacacheIn(root, "index", "--rebuild", "--db", file)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("is not a database of metacache") as string,
      });
    }
    expect(readFileSync(notes, "utf8")).toBe("not to be lost\n".repeat(100));
    expect(foreign.prepare("SELECT a FROM theirs").all()).toEqual([{ a: 1 }]);
    expect(readdirSync(root).filter((name) => name.includes("rebuilt"))).toEqual([]);
  });

  test("a cache that has the old one open goes over to the new one", async () => {
    const root = await indexed(3);
    await using cache = await openMetadataCache({ project: root, environment: {}, create: false });
    writeFileSync(join(root, "new.py"), "def added(): pass\n");
    await metacacheIn(root, "index", "--rebuild");
    expect(await cache.getMetadata("new.py", { consistency: "latest" })).toMatchObject({ functions: [{ name: "added" }] });
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
    expect(existsSync(join(root, ".metacache/metadata.db"))).toBe(true);
  });
});
