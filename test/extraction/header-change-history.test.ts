import { expect, it } from "vitest";

import { parseChangeHistory } from "../../src/extraction/header/change-history.ts";

const parse = (...lines: string[]) => parseChangeHistory(lines.map((text, index) => ({ text, line: 1 + index })));

it("reads entries with their details, in the order of the file", () => {
  expect(
    parse(
      "2025-04-15T09:47:05Z : Initial creation by CodeAssistant",
      "* Defined the protocol.",
      "* Added a class",
      "  and its tests.",
      "2025-04-14T08:00:00Z : Older, standing below by Cline",
    ),
  ).toEqual([
    {
      timestamp: "2025-04-15T09:47:05Z",
      summary: "Initial creation",
      author: "CodeAssistant",
      details: ["Defined the protocol.", "Added a class and its tests."],
    },
    { timestamp: "2025-04-14T08:00:00Z", summary: "Older, standing below", author: "Cline", details: [] },
  ]);
});

it.each([
  ["2025-04-23T11:05:00Z : Ajout du header par CodeAssistant", "Ajout du header", "CodeAssistant"],
  ["2025-04-23T11:05:00Z : Replaced sort by name by sort by path by The Team", "Replaced sort by name by sort by path", "The Team"],
  ["2025-04-23T11:05:00Z : Nobody signed this", "Nobody signed this", ""],
  ["2025-04-23T11:05:00Z:Tight by X", "Tight", "X"],
])("takes the last by or par of %j for the author", (line, summary, author) => {
  expect(parse(line)).toEqual([{ timestamp: "2025-04-23T11:05:00Z", summary, author, details: [] }]);
});

it("joins a summary that goes on below, and finds the author at its end", () => {
  expect(parse("2025-04-23T11:05:00Z : A long", "  story by X", "- told")).toEqual([
    { timestamp: "2025-04-23T11:05:00Z", summary: "A long story", author: "X", details: ["told"] },
  ]);
});

it("passes over what comes before the first entry, and the template's placeholder", () => {
  expect(parse("* detail of nothing", "YYYY-MM-DDThh:mm:ssZ : <summary of change> by CodeAssistant")).toEqual([]);
});
