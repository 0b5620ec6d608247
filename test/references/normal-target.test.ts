import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameSection, normalTarget, sectionOf } from "../../src/references/normal-target.ts";

describe("the normal form of a target", () => {
  test.each([
    ["docs/D.md", "docs/D.md"],
    ["./docs/D.md", "docs/D.md"],
    ["docs//D.md", "docs/D.md"],
    ["docs/./D.md", "docs/D.md"],
    ["docs/x/../D.md", "docs/D.md"],
    ["docs\\D.md", "docs/D.md"],
    ["docs/D.md#goal", "docs/D.md"],
    ["docs/D.md#", "docs/D.md"],
    ["docs/D.md §3.2", "docs/D.md"],
    ["docs/D.md (§3.2)", "docs/D.md"],
    ["docs/D.md section 3.2", "docs/D.md"],
    ["docs/D.md?raw=1", "docs/D.md"],
    ["docs/D.md:12", "docs/D.md"],
    ["docs/D.md:12-20", "docs/D.md"],
    ["`docs/D.md`", "docs/D.md"],
    ["<docs/my D.md>", "docs/my D.md"],
    ["docs/my%20D.md", "docs/my D.md"],
    ["docs/", "docs"],
    ["100%.md", "100%.md"],
    ["C#/D.md", "C#/D.md"],
    ["app/[slug]/page.tsx", "app/[slug]/page.tsx"],
    ["routes/$id.tsx", "routes/$id.tsx"],
    ["docs/été 🙂.md", "docs/été 🙂.md"],
    ["SKILL.md", "SKILL.md"],
  ])("of %s is %s", (written, path) => {
    expect(normalTarget(written)).toMatchObject({ path, ups: 0, isRooted: false });
  });

  test.each([
    ["../D.md", { path: "D.md", ups: 1, isRooted: false }],
    ["a/../../D.md", { path: "D.md", ups: 1, isRooted: false }],
    ["../../..", { path: "", ups: 3, isRooted: false }],
    ["/docs/D.md", { path: "docs/D.md", ups: 0, isRooted: true }],
    ["/../D.md", { path: "D.md", ups: 0, isRooted: true }],
  ])("of %s says where it begins", (written, normal) => {
    expect(normalTarget(written)).toMatchObject(normal);
  });

  test.each([
    "",
    "  ",
    "#goal",
    "https://example.org/D.md",
    "mailto:a@b.org",
    "Component:Cache",
    "//host/D.md",
    "\\\\host\\D.md",
    "C:\\docs\\D.md",
    "~/D.md",
    "docs/*.md",
    "docs/{a,b}.md",
    "docs/<name>.md",
    "${root}/D.md",
    "$HOME/D.md",
    "%APPDATA%/D.md",
    ".../D.md",
    "a/…/D.md",
    "The design of the cache",
    "a\nb.md",
    "x".repeat(1_000_000),
    "a ".repeat(2_000),
  ])("there is none of what names no file of the project: %j", (written) => {
    expect(normalTarget(written)).toBeUndefined();
  });

  test("a section is what follows # or §, and is the same whatever the case of an anchor", () => {
    expect(["D.md#goal", "D.md §3.2.", "D.md, section 3.2", "D.md", "D.md#"].map(sectionOf)).toEqual([
      "#goal",
      "§3.2",
      "§3.2",
      undefined,
      undefined,
    ]);
    expect(isSameSection("#Goal", "#goal")).toBe(true);
    expect(isSameSection("§ 3.2.", "§3.2")).toBe(true);
    expect(isSameSection("§3", "§3.2")).toBe(false);
  });

  test("is the same for a text that is recognised at once and for the text in quotes", () => {
    const part = fc.constantFrom("a", "B9", "_", "-", ".", "..", "/", "docs", "x.md", ":1", "~", "#g", "?q", " ", "%2e", "\\", "$A", "é");
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.join("");
        expect(normalTarget(text)).toEqual(normalTarget(`\`${text}\``));
        expect(sectionOf(text)).toBe(sectionOf(`\`${text}\``));
      }),
      { numRuns: 2_000 },
    );
  });
});
