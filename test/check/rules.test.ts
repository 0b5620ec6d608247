import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonIn, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const HEADER = `###
# [Source file intent]
# Says hello.
###
# [GenAI tool change history]
# 2025-01-01T00:00:00Z : Older. (a@b)
# 2025-04-15T09:47:05Z : Newer. (a@b)
###
`;

const RULES = {
  "orphan-documents": {},
  "header-incomplete": { files: ["src/"], sections: ["intent", "constraints"], severity: "warning" },
  "intent-missing": { files: ["src/"] },
  "stale-document": {},
  "change-history-order": {},
};

test("the rules that a project asks for find what they are for, and with a change only what it touches", async () => {
  const root = keptDirectory();
  const git = (...args: readonly string[]): void => {
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], {
      cwd: root,
      stdio: "ignore",
    });
  };
  const findings = async (...args: readonly string[]): Promise<readonly string[]> => {
    const answer = (await jsonIn(root, "check", ...args)) as {
      readonly findings: readonly { readonly code: string; readonly path: string; readonly line: number; readonly target: string }[];
    };
    return answer.findings.map(({ code, path, line, target }) => `${code} ${path}:${line} ${target}`);
  };
  mkdirSync(join(root, "docs"));
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "README.md"), "# R\n\n[one](docs/one.md)\n");
  writeFileSync(join(root, "docs/one.md"), "# One\n\n[two](two.md) [code](../src/a.py)\n");
  writeFileSync(join(root, "docs/two.md"), "# Two\n\n[code](../src/a.py) <!-- metacache-ignore: still true -->\n");
  writeFileSync(join(root, "docs/lost.md"), "# Lost\n\n[itself](lost.md)\n");
  writeFileSync(join(root, "src/a.py"), `${HEADER}def told():\n    """Told."""\n\ndef untold(): pass\n\ndef _own(): pass\n`);
  writeFileSync(join(root, "metacache.json"), JSON.stringify({ check: { rules: RULES } }));
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "begin");
  expect(await findings()).toEqual([
    "orphan-documents docs/lost.md:1 docs/lost.md",
    "header-incomplete src/a.py:1 constraints",
    "change-history-order src/a.py:1 2025-04-15T09:47:05Z",
    "intent-missing src/a.py:12 untold",
  ]);
  expect(await findings("--since", "HEAD")).toEqual([]);
  appendFileSync(join(root, "src/a.py"), "\n");
  expect((await findings("--since", "HEAD")).filter((text) => !text.includes("src/a.py:"))).toEqual([
    "stale-document docs/one.md:3 ../src/a.py",
  ]);
  writeFileSync(join(root, "metacache.json"), JSON.stringify({ check: { rules: { "orphan-document": {} } } }));
  const { code, stderr } = await metacacheIn(root, "check");
  expect([code, stderr]).toEqual([2, expect.stringContaining("check.rules.orphan-document is unknown")]);
});
