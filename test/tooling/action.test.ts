import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { keptDirectory } from "../support/temporary-database.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** What the action runs instead of npx, as its folder and its words. */
function started(environment: Readonly<Record<string, string>>): { readonly cwd: string; readonly words: readonly string[] } {
  const [, indented = ""] = /\n {6}run: \|\n((?: {8}.*\n)+)/.exec(read("action.yml")) ?? [];
  const bin = keptDirectory();
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nprintf '%s\\n' "$PWD" "$@"\n`);
  chmodSync(join(bin, "npx"), 0o755);
  const [cwd = "", ...words] = execFileSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", indented.replaceAll(/^ {8}/gm, "")],
    {
      cwd: environment["WORKSPACE"],
      encoding: "utf8",
      env: { ...process.env, ...environment, PATH: `${bin}${delimiter}${process.env["PATH"]}` },
    },
  )
    .trimEnd()
    .split("\n");
  return { cwd, words };
}

test("the action checks the folder that it is given, and starts npx outside of it: npx obeys what lies around it", () => {
  const [workspace, temporary] = [realpathSync(keptDirectory()), realpathSync(keptDirectory())];
  mkdirSync(join(workspace, "a $(b) c"));
  const given = { WORKSPACE: workspace, RUNNER_TEMP: temporary, CHECK_VERSION: "1.2.3", CHECK_AT_LEAST: "5" };
  const fixed = ["--yes", "metacache@1.2.3", "check", "--project"];
  expect(started({ ...given, CHECK_DIRECTORY: ".", CHECK_SINCE: "" })).toEqual({
    cwd: temporary,
    words: [...fixed, workspace, "--format", "github", "--at-least", "5"],
  });
  expect(started({ ...given, CHECK_DIRECTORY: "a $(b) c", CHECK_SINCE: "origin/a b" }).words).toEqual([
    ...fixed,
    join(workspace, "a $(b) c"),
    "--format",
    "github",
    "--at-least",
    "5",
    "--since",
    "origin/a b",
  ]);
});

describe("the plugin", () => {
  test("starts the metacache that its user has installed, and none of the project's node_modules", () => {
    const { mcpServers } = JSON.parse(read("plugin/.mcp.json")) as { readonly mcpServers: Record<string, { readonly command: string }> };
    expect(mcpServers["metacache"]?.command).toBe("metacache");
    expect(read("plugin/hooks/after-edit.sh")).not.toContain("npx");
  });
});
