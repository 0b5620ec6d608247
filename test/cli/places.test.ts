import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { jsonIn, metacacheAll, metacacheIn, metacacheMany } from "../support/command.ts";
import { keptDirectory, temporaryDirectory } from "../support/temporary-database.ts";

describe("in a subfolder of an indexed project", () => {
  const root = realpathSync(keptDirectory());
  const inside = join(root, "src/lib");

  beforeAll(async () => {
    mkdirSync(inside, { recursive: true });
    mkdirSync(join(root, "doc"));
    writeFileSync(join(root, "src/lib/a.js"), "function a() {}\n");
    writeFileSync(join(root, "src/b.py"), "###\n# [Reference documentation]\n# - doc/D.md\n###\ndef b(): pass\n");
    await metacacheIn(root, "index");
  });

  test("a file is given as seen from there, from the root, or by its whole path", async () => {
    const typed = [
      ["a.js", "src/lib/a.js"],
      ["./a.js", "src/lib/a.js"],
      ["../b.py", "src/b.py"],
      ["../lib/../lib//a.js", "src/lib/a.js"],
      ["src/b.py", "src/b.py"],
      [join(root, "src/b.py"), "src/b.py"],
    ] as const;
    const outcomes = await metacacheAll(inside, ...typed.map(([path]) => ["get", path, "--json"]));
    for (const [at, [argument, path]] of typed.entries()) {
      expect(JSON.parse(outcomes[at]?.stdout ?? ""), argument).toMatchObject({ root, path, record: { path } });
    }
  });

  test("paths are printed as seen from there, and in JSON from the root", async () => {
    const [all, prefixed, above, refs] = await metacacheAll(
      inside,
      ["query", "--paths"],
      ["query", "--prefix", "a", "--paths"],
      ["query", "--prefix", "../b", "--paths"],
      ["refs", "../../doc/D.md"],
    );
    expect([all?.stdout, prefixed?.stdout, above?.stdout]).toEqual(["../b.py\na.js\n", "a.js\n", "../b.py\n"]);
    expect(refs?.stdout).toMatch(/^\.\.\/b\.py:3\S* +header +doc\/D\.md\n1 file refers to \S*doc\/D\.md, which does not exist/);
    expect(await jsonIn(inside, "query", "--paths")).toMatchObject({ root, items: [{ path: "src/b.py" }, { path: "src/lib/a.js" }] });
  });

  test("index means the whole project, and index . the subfolder alone", async () => {
    const own = join(root, "src/own");
    mkdirSync(own);
    writeFileSync(join(own, "c.js"), "");
    const commands = [
      { cwd: inside, args: ["index", "--json"] },
      { cwd: own, args: ["index", ".", "--json"] },
      { cwd: own, args: ["status", "--json"] },
    ];
    const [whole, part, status] = (await metacacheMany(commands)).map(({ stdout }) => JSON.parse(stdout) as object);
    expect(whole).toMatchObject({ root, files: 3 });
    expect(part).toMatchObject({ root: own, files: 1 });
    expect(status).toMatchObject({ project: own, records: 1 });
  });

  test("a repository within, another user's folder and the home folder are not looked through", async () => {
    const nested = join(root, "nested/deep");
    mkdirSync(nested, { recursive: true });
    execFileSync("git", ["init", "--quiet"], { cwd: join(root, "nested") });
    expect(await metacacheIn(nested, "status")).toMatchObject({ code: 2, stderr: expect.stringContaining("no index yet") as string });
  });
});

describe("a folder or a file, however it is given", () => {
  test("a bare name is a folder if there is one, and what is neither folder nor name is told", async () => {
    const place = temporaryDirectory();
    mkdirSync(join(place, "src"));
    writeFileSync(join(place, "src/a.js"), "function f() {}\n");
    const [index, count, neither, missing] = await metacacheAll(
      place,
      ["index", "src"],
      ["query", "--project", "src", "--count"],
      ["query", "--project", "scr"],
      ["index", "scr"],
    );
    expect(index).toMatchObject({ code: 0 });
    expect(count?.stdout).toBe("1\n");
    expect(neither).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no folder "scr" here') as string });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be opened") as string });
  });

  test("a path through symbolic links is the file that it leads to, in the project or by its folder", async () => {
    const place = realpathSync(temporaryDirectory());
    mkdirSync(join(place, "real/src"), { recursive: true });
    writeFileSync(join(place, "real/src/a.js"), "function f() {}\n");
    symlinkSync(join(place, "real"), join(place, "link"));
    symlinkSync(join(place, "real/src/a.js"), join(place, "file.js"));
    await metacacheIn(place, "index", "link");
    const typed = [join(place, "link/src/a.js"), "link/src/a.js", "real/src/../src/a.js", "file.js", "src/a.js"];
    const outcomes = await metacacheAll(place, ...typed.map((path) => ["get", path, "--project", "link", "--json"]));
    for (const [at, { stdout }] of outcomes.entries()) {
      expect(JSON.parse(stdout), typed[at]).toMatchObject({ path: "src/a.js", record: { size: 16 } });
    }
  });
});
