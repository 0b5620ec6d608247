import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readBashLine, quotedForBash } from "../../src/cli/completion/bash-words.ts";
import { candidatesFor } from "../../src/cli/completion/candidates.ts";
import { SCRIPTS, SHELLS } from "../../src/cli/completion/shells.ts";
import { metacacheAll, metacacheIn, START } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

/** Functions of JavaScript and methods of Ruby may be called nearly anything. */
const ODD = [
  "it's",
  'say "hi"',
  "a b",
  "$(touch pwned)",
  "`touch pwned`",
  "back\\slash",
  "semi;colon",
  "star*",
  "new!",
  "{a,b}",
  "~home",
  "#hash",
  "日本",
  "a::b",
  "x=y",
];
/** The marks for files and folders begin with a colon. These names are no marks. */
const COLON = [":a$(touch pwned)", ":b;c"];

const root = keptDirectory();
const bin = join(root, "bin");

beforeAll(async () => {
  mkdirSync(bin);
  writeFileSync(join(bin, "metacache"), `#!/bin/sh\nexec ${process.execPath} ${START} "$@"\n`);
  chmodSync(join(bin, "metacache"), 0o755);
  const names = [...ODD.map((name) => `zz ${name}`), ...COLON];
  const odd = names.map((name) => `test(${JSON.stringify(name)}, () => {});`).join("\n");
  writeFileSync(join(root, "odd.test.js"), `${odd}\n`);
  writeFileSync(join(root, "names.js"), "export function alpha() {}\nexport function alphabet() {}\n");
  await metacacheIn(root, "index");
});

function hasShell(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

/** What bash would insert for this line, and what a command would then get. */
function inBash(line: string): { readonly inserted: readonly string[]; readonly received: readonly string[] } {
  const program = `
    source <(metacache completion bash)
    COMP_LINE=$1 COMP_POINT=\${#1}
    _metacache metacache "$2" ""
    for word in "\${COMPREPLY[@]}"; do printf '%s\\0' "$word"; done
  `;
  const replaced = /[^\s"'=:]*$/.exec(line)?.[0] ?? "";
  const run = (script: string, ...args: readonly string[]): readonly string[] =>
    execFileSync("bash", ["-c", script, "bash", ...args], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` },
    })
      .split("\0")
      .slice(0, -1);
  const inserted = run(program, line, replaced);
  const before = line.slice(0, line.length - replaced.length);
  const { quote } = readBashLine(line);
  const received = inserted.map((word) => run(`set -- ${before}${word}${quote}; printf '%s\\0' "\${@: -1}"`)[0] ?? "");
  return { inserted, received };
}

describe("what can follow", () => {
  test.each([
    [["fi"], ["find"]],
    [["help", "que"], ["query"]],
    [["query", "--lang"], ["--language"]],
    [["query", "--class-n"], ["--class-name"]],
    [["query", "--language", "typesc"], ["typescript"]],
    [["query", "--language", "go", "typesc"], ["typescript"]],
    [["query", "--sort", "-s"], []],
    [["query", "--sort=-s"], ["--sort=-size"]],
    [["find", "--kind", "cla"], ["class"]],
    [
      ["find", "x", "--format", "json"],
      ["json", "jsonl"],
    ],
    [["completion", "z"], ["zsh"]],
    [["status", "--eviction-strategy", "lf"], ["lfu"]],
    [["index", "--max-f"], ["--max-file-bytes"]],
    [["get", "x"], [":files"]],
    [["query", "--in", "x"], [":directories"]],
    [["nonsense", "x"], []],
    [["toString", "x"], []],
    [["comple"], ["completion"]],
    [["find", "--", "x"], []],
  ])("%j", async (words, expected) => {
    expect((await candidatesFor(words)).filter((word) => words[0] !== "query" || word !== "--all")).toEqual(expected);
  });
});

test("names of the index are offered, and none without an index", async () => {
  const [found, other] = await metacacheAll(
    root,
    ["complete", "zsh", "--", "find", "alp"],
    ["complete", "zsh", "--", "find", "--project", "bin", "alp"],
  );
  expect(found).toMatchObject({ code: 0, stdout: "alpha\nalphabet\n" });
  expect(other).toEqual({ code: 1, stdout: "", stderr: "" });
});

describe("a line of bash", () => {
  test.each([
    ["metacache find al", ["metacache", "find", "al"], ""],
    ["metacache find ", ["metacache", "find", ""], ""],
    [`metacache find 'a b`, ["metacache", "find", "a b"], "'"],
    [String.raw`metacache find "a\$b\x`, ["metacache", "find", String.raw`a$b\x`], '"'],
    [String.raw`metacache find a\ b\'c`, ["metacache", "find", "a b'c"], ""],
    [`metacache find ''`, ["metacache", "find", ""], ""],
    ["metacache find $(touch pwned)", ["metacache", "find", "$(touch", "pwned)"], ""],
  ])("%s is split as bash splits it, and nothing in it is run", (line, words, quote) => {
    expect(readBashLine(line)).toEqual({ words, quote });
  });

  test.skipIf(!hasShell("bash"))("takes every name back as it is, however it is quoted", () => {
    for (const quote of ["", "'", '"'] as const) {
      const typed = ODD.map((name) => `${quote}${quotedForBash(name, quote)}${quote}`);
      const printed = execFileSync("bash", ["-c", `printf '%s\\0' ${typed.join(" ")}`], { encoding: "utf8" });
      expect(printed.split("\0").slice(0, -1)).toEqual(ODD);
    }
  });

  test.skipIf(!hasShell("bash"))("is completed with commands, options and names of the index", () => {
    expect(inBash("metacache fin").inserted).toEqual(["find"]);
    expect(inBash("metacache query --lang").inserted).toEqual(["--language"]);
    expect(inBash("metacache query --sort=-si")).toMatchObject({ inserted: ["-size"], received: ["--sort=-size"] });
    expect(inBash("metacache find alp").received).toEqual(["alpha", "alphabet"]);
    expect(inBash("metacache find 'alp").received).toEqual(["alpha", "alphabet"]);
    expect(inBash("metacache find zzzz").inserted).toEqual([]);
    for (const quote of ["", "'", '"']) expect(inBash(`metacache find ${quote}:`).received).toEqual(COLON);
    expect(existsSync(join(root, "pwned"))).toBe(false);
  });
});

test.each(SHELLS)("the script for %s is one that the shell itself accepts, and is printed by the command", async (shell) => {
  const [outcome] = await metacacheAll(root, ["completion", shell]);
  expect(outcome).toMatchObject({ code: 0, stdout: SCRIPTS[shell] });
  if (hasShell(shell))
    expect(spawnSync(shell, ["-n"], { input: SCRIPTS[shell], encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

test("a shell that there is no completion for ends with 2, and names those that there are", async () => {
  const [outcome] = await metacacheAll(root, ["completion", "tcsh"]);
  expect(outcome).toMatchObject({
    code: 2,
    stderr: 'metacache: there is no completion for the shell "tcsh": give one of bash, zsh, fish\n',
  });
});
