import { describe, expect, test } from "vitest";
import type { CitingForm } from "../../src/references/normal-target.ts";
import { type KnownPaths, resolve } from "../../src/references/resolve.ts";

function knownPaths(...files: readonly string[]): KnownPaths {
  const named = (name: string): string[] => files.filter((file) => file === name || file.endsWith(`/${name}`)).sort();
  return {
    has: (path) => files.includes(path),
    hasFolder: (path) => files.some((file) => file.startsWith(`${path}/`)),
    countNamed: (name) => named(name).length,
    named: (name, limit) => named(name).slice(0, limit),
  };
}

function meaning(form: CitingForm, target: string, citing: string, ...files: readonly string[]): unknown {
  const resolution = resolve({ form, target }, citing, knownPaths(citing, ...files));
  return resolution.is === "found" ? resolution.path : resolution.is;
}

describe("a reference means", () => {
  test("of a link the file relative to its own folder before the one from the root, of a comment and a header the other way round", () => {
    const files = ["docs/D.md", "a/docs/D.md"];
    expect(meaning("link", "docs/D.md", "a/c.md", ...files)).toBe("a/docs/D.md");
    expect(meaning("comment", "docs/D.md", "a/c.ts", ...files)).toBe("docs/D.md");
    expect(meaning("header", "docs/D.md", "a/c.ts", ...files)).toBe("docs/D.md");
    expect(meaning("link", "docs/D.md", "a/c.md", "docs/D.md")).toBe("docs/D.md");
    expect(meaning("comment", "docs/D.md", "a/c.ts", "a/docs/D.md")).toBe("a/docs/D.md");
  });

  test("from the root what a link begins with a slash; such a path is none in a comment", () => {
    expect(meaning("link", "/docs/D.md", "a/b/c.md", "docs/D.md", "a/b/docs/D.md")).toBe("docs/D.md");
    expect(meaning("comment", "/docs/D.md", "a/b/c.ts", "docs/D.md")).toBe("none");
  });

  test("by a name alone the file in the same folder, then at the root, then the only one", () => {
    expect(meaning("comment", "D.md", "a/c.ts", "D.md", "a/D.md", "b/D.md")).toBe("a/D.md");
    expect(meaning("comment", "D.md", "a/c.ts", "D.md", "b/D.md")).toBe("D.md");
    expect(meaning("comment", "D.md", "a/c.ts", "b/D.md")).toBe("b/D.md");
    expect(meaning("comment", "D.md", "a/c.ts", "b/D.md", "d/D.md")).toBe("dangling");
    expect(meaning("comment", "D.md", "c.ts", "b/D.md")).toBe("b/D.md");
  });

  test("a folder that has files, and nothing but the very spelling", () => {
    expect(meaning("link", "docs/", "a/c.md", "docs/D.md")).toBe("docs");
    expect(meaning("link", "../docs", "a/c.md", "docs/D.md")).toBe("docs");
    expect(meaning("link", "docs/d.md", "c.md", "docs/D.md")).toBe("dangling");
  });

  test("itself", () => {
    expect(meaning("link", "c.md#goal", "a/c.md")).toBe("a/c.md");
  });
});

describe("of a reference that means nothing that exists it says", () => {
  const dangling = (form: CitingForm, target: string, citing: string, ...files: readonly string[]): unknown =>
    resolve({ form, target }, citing, knownPaths(citing, ...files));

  test("where its first folder is, and which files have the name", () => {
    const files = ["docs/E.md", "b/D.md", "d/D.md", "a/guide/E.md"];
    expect(dangling("comment", "docs/D.md", "a/c.ts", ...files)).toEqual({
      is: "dangling",
      reason: "missing",
      wanted: "docs/D.md",
      hasSlash: true,
      firstFolder: "root",
      sameName: ["b/D.md", "d/D.md"],
    });
    expect(dangling("comment", "guide/D.md", "a/c.ts", ...files)).toMatchObject({ wanted: "guide/D.md", firstFolder: "beside" });
    expect(dangling("comment", "gone/D.md", "a/c.ts", ...files)).toMatchObject({ firstFolder: undefined });
    expect(dangling("link", "docs/D.md", "docs/c.md", ...files)).toMatchObject({ wanted: "docs/docs/D.md", firstFolder: "root" });
  });

  test("that it leads out of the project, or that its name is not the only one", () => {
    expect(dangling("link", "../../D.md", "a/c.md")).toMatchObject({ reason: "outside", hasSlash: true });
    expect(dangling("comment", "D.md", "a/c.ts", "b/D.md", "d/D.md")).toMatchObject({ reason: "ambiguous", hasSlash: false });
    expect(dangling("comment", "D.md", "a/c.ts")).toMatchObject({ reason: "missing", hasSlash: false, sameName: [] });
  });

  test("no more than twenty files of its name", () => {
    const files = Array.from({ length: 100 }, (_, number) => `d${number}/D.md`);
    expect(dangling("comment", "docs/D.md", "c.ts", ...files)).toMatchObject({ sameName: { length: 20 } });
  });
});
