import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { schemaFaults } from "../support/json-schema.ts";
import { jsonIn, metacacheIn, START } from "../support/command.ts";
import { functionNamed, newTree } from "../watch/watched.ts";

interface Watch {
  readonly child: ChildProcess;
  /** Resolves to the first line from now on, or from before, that has this text. */
  line(text: string): Promise<string>;
}

function startWatch(cwd: string, ...args: readonly string[]): Watch {
  const child = spawn(process.execPath, [START, "watch", ...args], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const line = async (text: string): Promise<string> => {
    const found = (): string | undefined => output.split("\n").find((each) => each.includes(text));
    await expect.poll(found).toBeDefined();
    return found() ?? "";
  };
  return { child, line };
}

describe("metacache watch", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("indexes, follows the files, and ends cleanly on %s", async (signal) => {
    const tree = newTree();
    const { child, line } = startWatch(tree.root);
    await line("Watching");
    tree.write("b.ts", functionNamed("b"));
    await line("1 added, 0 changed, 0 removed");
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(readdirSync(join(tree.root, ".metacache/cookies"))).toEqual([]);
  });

  it("prints a document for each change, and ends when nobody reads them any more", async () => {
    const tree = newTree();
    const { child, line } = startWatch(tree.root, "--json");
    const begun = JSON.parse(await line("begun")) as unknown;
    expect(begun).toMatchObject({ command: "watch", files: 1 });
    expect(schemaFaults("watch", begun)).toEqual([]);
    tree.write("a.ts", functionNamed("b"));
    const batch = JSON.parse(await line('"changed":1')) as unknown;
    expect(batch).toMatchObject({ event: "batch", added: 0, changed: 1, lookReason: null });
    expect(schemaFaults("watch", batch)).toEqual([]);
    child.stdout?.destroy();
    const exit = once(child, "exit");
    tree.write("a.ts", functionNamed("c"));
    expect(await exit).toEqual([0, null]);
    expect(readdirSync(join(tree.root, ".metacache/cookies"))).toEqual([]);
  });

  it("makes reading commands wait for it, unless they are told not to", async () => {
    const tree = newTree();
    const { child, line } = startWatch(tree.root);
    await line("Watching");
    for (const name of ["one", "two"]) {
      tree.write("a.ts", functionNamed(name));
      const { stdout, stderr } = await metacacheIn(tree.root, "query", "--function", name, "--count");
      expect(stdout).toBe("1\n");
      expect(stderr).toMatch(/^metacache: waited \d+ ms for the watcher \(process \d+\): up to date\n$/);
    }
    tree.write("a.ts", functionNamed("three"));
    expect((await metacacheIn(tree.root, "get", "a.ts")).stdout).toContain("three()");
    expect((await metacacheIn(tree.root, "query", "--count", "--no-wait")).stderr).toBe("");
    const status = await jsonIn(tree.root, "status");
    expect(status).toMatchObject({ watcher: { pid: child.pid, state: "watching" } });
    expect(schemaFaults("status", status)).toEqual([]);
    child.kill("SIGKILL");
    await expect.poll(async () => (await jsonIn(tree.root, "status"))["watcher"]).toBe(null);
  });
});
