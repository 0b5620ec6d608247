import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MAN_PAGE, manPage } from "../../scripts/man-page.ts";
import { COMMANDS } from "../../src/cli/command-list.ts";

test("the manual page is what the commands' definitions say: `npm run man` writes it", async () => {
  expect(readFileSync(MAN_PAGE, "utf8")).toBe(await manPage());
});

test("the manual page has every command that the help shows", () => {
  const text = readFileSync(MAN_PAGE, "utf8");
  for (const [name, { hidden }] of Object.entries(COMMANDS)) expect(text.includes(`.SS metacache ${name}\n`), name).toBe(hidden !== true);
});

test.skipIf(spawnSync("groff", ["-v"]).status !== 0)("groff sets the manual page without a warning", () => {
  expect(spawnSync("groff", ["-man", "-ww", "-Tutf8", MAN_PAGE], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});
