import { describe, expect, it } from "vitest";

import { parseReference, parseReferences } from "../../src/extraction/header/reference.ts";

describe("a reference of a header", () => {
  it.each([
    ["- doc/DESIGN.md", { target: "doc/DESIGN.md" }],
    ["* doc/DESIGN.md", { target: "doc/DESIGN.md" }],
    ["• doc/DESIGN.md", { target: "doc/DESIGN.md" }],
    ["2. doc/DESIGN.md", { target: "doc/DESIGN.md" }],
    ["doc/DESIGN.md", { target: "doc/DESIGN.md" }],
    ["codebase: doc/DESIGN.md", { target: "doc/DESIGN.md", kind: "codebase" }],
    ["codebase:- doc/DESIGN.md", { target: "doc/DESIGN.md", kind: "codebase" }],
    ["codebase:-doc/DESIGN.md", { target: "doc/DESIGN.md", kind: "codebase" }],
    ["- <codebase>: doc/DESIGN.md", { target: "doc/DESIGN.md", kind: "codebase" }],
    ["- <system>:libpq", { target: "libpq", kind: "system" }],
    ["other: https://example.org/a:b", { target: "https://example.org/a:b", kind: "other" }],
    ["- doc/DESIGN.md (section 4)", { target: "doc/DESIGN.md", note: "section 4" }],
    ["- doc/DESIGN.md (see (a) and (b))", { target: "doc/DESIGN.md", note: "see (a) and (b)" }],
    ["- doc/DESIGN.md (never closed", { target: "doc/DESIGN.md", note: "(never closed" }],
    ["- src/a.py # Depends on this module", { target: "src/a.py", note: "Depends on this module" }],
    ["- react-redux: Fournit le hook useSelector", { target: "react-redux", note: "Fournit le hook useSelector" }],
    ["- ../store: Définit le type RootState", { target: "../store", note: "Définit le type RootState" }],
    ["- doc/DESIGN.md - the design", { target: "doc/DESIGN.md", note: "the design" }],
    ["- doc/DESIGN.md for the big picture", { target: "doc/DESIGN.md", note: "for the big picture" }],
    ["- doc/DESIGN.md:", { target: "doc/DESIGN.md" }],
    ["- doc/a-b_(c).md", { target: "doc/a-b_(c).md" }],
    ["- All other files in src/scheduler/", { target: "src/scheduler/" }],
    ["- codebase: All other files in src/scheduler/ (the tests)", { target: "src/scheduler/", kind: "codebase", note: "the tests" }],
    ["- none.md", { target: "none.md" }],
  ])("is read from %j", (text, expected) => {
    expect(parseReference(text, 7)).toEqual({ ...expected, line: 7 });
  });

  it.each(["None", "- None", "none.", "None yet, this is new", "None yet…", "- codebase: None", "-", "codebase:", "<system>:"])(
    "is not read from %j",
    (text) => {
      expect(parseReference(text, 1)).toBeUndefined();
    },
  );
});

describe("a section of references", () => {
  const body = (...lines: string[]) => lines.map((text, index) => ({ text, line: 10 + index }));

  it("has one reference a bullet, the lines below going on with its note", () => {
    expect(parseReferences(body("- a.md (first", "  part)", "", "- b.md", "  - c.md"))).toEqual([
      { target: "a.md", line: 10, note: "first part" },
      { target: "b.md", line: 13 },
      { target: "c.md", line: 14 },
    ]);
  });

  it("has one reference a line if there is no bullet", () => {
    expect(parseReferences(body("a.md", "b.md"))).toEqual([
      { target: "a.md", line: 10 },
      { target: "b.md", line: 11 },
    ]);
  });
});
