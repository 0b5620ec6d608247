import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { readIgnored } from "../../src/check/run/git/history.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";

test("a path that git would refuse to be asked for hides no other that git ignores, however many there are", async () => {
  using tree = new TemporaryTree();
  tree.git("init", "--quiet");
  tree.write(".gitignore", "out/\n").write("docs/a.md").write("other/.gitkeep");
  symlinkSync("docs", tree.at("link"));
  const odd = ["link/x.md", "link/y/z.md", "", "../x.md", ":(bad)x.md", ":!x", "-x", "a\0b", "docs//x.md", "/etc/x.md"];
  const many = Array.from({ length: 5_000 }, (_, at) => `out/${at}.md`);
  const named = ["other/out/ä b.md", "out/:x.md"];
  const found = await readIgnored(tree.root, [...odd, ...many, "docs/x.md", ...named], { clock: systemClock });
  expect([...found].sort()).toEqual([...many, ...named].sort());
});
