import { basename } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { functionNamed } from "../watch/watched.ts";
import { sampleTree, serve } from "./served-tree.ts";

it("answers for each of its projects from that project alone, and for no other folder", async () => {
  const [one, other] = [sampleTree(), sampleTree()];
  onTestFinished(() => [one, other].forEach((tree) => tree[Symbol.dispose]()));
  one.write("only.ts", functionNamed("onlyInOne"));
  other.write("only.ts", functionNamed("onlyInOther"));
  await using server = await serve("modern", [one.root, other.root]);
  const find = async (project: string, query: string): Promise<string> =>
    (await server.call("find", { project, query, budget: 1_000 })).text;
  const [oneName, otherName] = [basename(one.root), basename(other.root)];
  expect(await find(oneName, "onlyIn")).toContain("onlyInOne");
  expect(await find(oneName, "onlyIn")).not.toContain("onlyInOther");
  expect(await find(other.root, "onlyIn")).toContain("onlyInOther");
  expect(await find(otherName, "onlyIn")).not.toContain("onlyInOne");
  expect((await server.call("show", { project: oneName, path: other.at("only.ts") })).text).toContain("is outside of the project");
  for (const args of [{}, { project: "/etc" }, { project: "nothing" }]) {
    const { text, isError } = await server.call("overview", args);
    expect(isError).toBe(true);
    expect(text).toContain(`${oneName}, ${otherName}`);
  }
});
