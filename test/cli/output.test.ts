import { execFileSync, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { metacacheAll, metacacheIn, START } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const root = keptDirectory();

beforeAll(async () => {
  for (let file = 0; file < 45; file++) writeFileSync(join(root, `f${file}.py`), `def f${file}(): pass\nclass C: pass\n`);
  await metacacheIn(root, "index");
});

function shell(command: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn("bash", ["-c", command, process.execPath, START], { cwd: root });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

describe("output that cannot be written", () => {
  test.skipIf(!existsSync("/dev/full"))(
    "because its disk is full ends with 2 and says so, without a stack trace, on either stream",
    async () => {
      for (const command of ["query", "query --json", "status", "--help"]) {
        const { code, output } = await shell(`"$0" "$1" ${command} > /dev/full`);
        expect([code, output], command).toEqual([
          2,
          expect.stringMatching(
            /^(?:metacache: [\d,]+ of [\d,]+ items are shown: .*\n)?metacache: the output could not be written: .*ENOSPC.*\n$/,
          ) as string,
        ]);
      }
      expect(await shell(`"$0" "$1" query --nonsense 2> /dev/full`)).toEqual({ code: 2, output: "" });
    },
  );

  test("because nobody reads on is no failure", async () => {
    expect(await shell(`"$0" "$1" query --paths | head -n 1; echo "\${PIPESTATUS[0]}"`)).toEqual({ code: 0, output: "f0.py\n0\n" });
  });
});

describe("what is asked for is all there", () => {
  test("query --paths prints every path, with --limit as many as it says, and tells on stderr what is left", async () => {
    const [all, limited, table, json] = await metacacheAll(
      root,
      ["query", "--paths"],
      ["query", "--paths", "--limit", "3"],
      ["query", "--limit", "20"],
      ["query", "--json", "--limit", "20"],
    );
    expect(all).toMatchObject({ stderr: "", stdout: expect.stringMatching(/^(?:f\d+\.py\n){45}$/) as string });
    expect(limited?.stdout.split("\n")).toHaveLength(4);
    expect(limited?.stderr).toBe("metacache: 3 of 45 items are shown: continue with --page 2, or raise --limit\n");
    for (const outcome of [table, json]) expect(outcome?.stderr).toContain("20 of 45 items are shown");
    const [second, last, beyond] = await metacacheAll(
      root,
      ...["2", "9", "10"].map((page) => ["query", "-n", "5", "--paths", "--page", page]),
    );
    expect(second?.stdout.split("\n")).toEqual([...(all?.stdout.split("\n").slice(5, 10) ?? []), ""]);
    expect([last?.stdout.split("\n"), last?.stderr]).toEqual([all?.stdout.split("\n").slice(40), ""]);
    expect(beyond).toMatchObject({ code: 1, stdout: "", stderr: "metacache: there is no page 10: the last one is --page 9\n" });
    const cursor = (JSON.parse(json?.stdout ?? "") as { readonly nextCursor: string }).nextCursor;
    const [next] = await metacacheAll(root, ["query", "--paths", "--cursor", cursor]);
    expect(next?.stdout.split("\n")).toHaveLength(26);
  });

  test("--null ends each path with a NUL, for xargs", async () => {
    const [nulls] = await metacacheAll(root, ["query", "-0", "--prefix", "f1"]);
    expect(nulls?.stdout.split("\0").slice(0, 2)).toEqual(["f1.py", "f10.py"]);
    expect(nulls?.stdout).not.toContain("\n");
  });

  test("every command that the tour names works in this project", async () => {
    const { stdout } = await metacacheIn(root, "tour");
    const typed = [...stdout.matchAll(/^(?:\$|  ?)? *(?:npm start --|npx metacache|metacache) (.*)$/gm)].map(([, words = ""]) =>
      words.split(" "),
    );
    expect(typed.map(([name]) => name)).toEqual(["find", "get", "query", "status", "--help"]);
    for (const outcome of await metacacheAll(root, ...typed)) expect(outcome).toMatchObject({ code: 0 });
  });
});

describe("wrong usage", () => {
  const WRONG: readonly (readonly [string, RegExp])[] = [
    ["query --bogus", /unknown option '--bogus'/],
    ["query --limt 3", /unknown option '--limt' ?\(Did you mean --limit\?\)/],
    ["qery", /unknown command 'qery' ?\(Did you mean query\?\)/],
    ["get", /missing required argument 'path'/],
    ["get a b", /too many arguments/],
    ["query --limit", /argument missing/],
    ["query --limit abc", /--limit must be an integer from 1 to 1000000, not "abc"/],
    ["query --limit -1", /--limit must be an integer from 1/],
    ["query --limit 0", /--limit must be an integer from 1/],
    ["query --limit 1e9", /--limit must be an integer from 1/],
    ["query --limit 1000000000", /--limit must be an integer from 1/],
    ["query --limit 2.5", /--limit must be an integer from 1/],
    ["query --limit 0x10", /--limit must be an integer from 1/],
    ["query --sort nmae", /--sort must be one of/],
    ["query --page 2", /--page is given without the size of a page: add --limit/],
    ["query --limit 2 --page 0", /--page must be an integer from 1/],
    ["query --format yaml", /--format must be one of text, json, jsonl, not "yaml"/],
    ["query --select path,intnet", /--select has no field "intnet"/],
    ["query --glob a[", /the glob "a\[" has a \[ without its \]/],
    ["query --glob a --path b", /--glob and --path-pattern are both given/],
    ["query --in a --prefix b", /--in and --path-prefix are both given/],
    ["query --in ../..", /is outside the project/],
    ["query --cursor x", /--cursor "x" is not a cursor/],
    ["query --max-items 1e3", /--max-items must be an integer/],
  ];

  test("ends with 2 and a message in the words of the command, and with --json prints one document as well", async () => {
    const plain = await metacacheAll(root, ...WRONG.map(([line]) => line.split(" ")));
    const documents = await metacacheAll(
      root,
      ...WRONG.map(([line]) => ["--json", ...line.split(" ")].toSorted((a, b) => Number(a === "--json") - Number(b === "--json"))),
    );
    for (const [at, [line, message]] of WRONG.entries()) {
      expect(plain[at], line).toMatchObject({ code: 2, stdout: "" });
      expect(plain[at]?.stderr.replaceAll("\n", " "), line).toMatch(message);
      if (line === "query --limit") continue;
      expect(documents[at]?.code, line).toBe(2);
      expect(JSON.parse(documents[at]?.stdout ?? ""), line).toMatchObject({
        schemaVersion: 1,
        command: "error",
        error: {
          code: expect.stringMatching(/^E_(?:USAGE|CONFIG|PATH|QUERY)$/) as string,
          message: expect.stringMatching(message) as string,
        },
      });
    }
  });

  test("the help of every command fits a terminal of 80 columns", () => {
    const run = (...args: readonly string[]): string =>
      execFileSync(process.execPath, [START, ...args], { encoding: "utf8", env: { ...process.env, COLUMNS: "80" } });
    for (const text of [run("--help"), run("query", "--help")])
      expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
