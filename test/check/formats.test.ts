import { describe, expect, onTestFinished, test } from "vitest";
import type { CheckFinding } from "../../src/check/finding.ts";
import { githubReport } from "../../src/check/formats/github.ts";
import { junitReport } from "../../src/check/formats/junit.ts";
import type { Reported } from "../../src/check/formats/reported.ts";
import { sarifLog } from "../../src/check/formats/sarif.ts";
import { REPORT_FORMATS, reportIn } from "../../src/cli/commands/check/report-formats.ts";
import { programVersion } from "../../src/cli/program-version.ts";

function finding(at: number, changes: Partial<CheckFinding> = {}): CheckFinding {
  const told = { code: "missing", severity: "error", problem: "it does not exist", remedy: "write it" } as const;
  return { ...told, path: "a b/ä.ts", line: at + 1, column: 4, target: `docs/${at}.md`, ...changes };
}

function reported(findings: readonly CheckFinding[]): Reported {
  return { findings, counts: { references: 5, files: 2 }, summary: "checked 5 references", prefix: "sub/", lineOf: () => "// the line" };
}

interface Run {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Record<string, { readonly text: string }>[] } };
  readonly automationDetails: { readonly id: string };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly message: { readonly text: string };
    readonly partialFingerprints: { readonly primaryLocationLineHash: string };
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: Record<string, number> };
    }[];
  }[];
}

function runOf(findings: readonly CheckFinding[]): Run {
  const log = sarifLog(reported(findings), "1.2.3");
  expect(log["version"]).toBe("2.1.0");
  return (log["runs"] as readonly Run[])[0]!;
}

describe("SARIF has all that GitHub demands", () => {
  test("rules with their texts, places from the top of the repository, a region with its end, no empty text", () => {
    const run = runOf([finding(0), finding(1, { code: "moved", severity: "warning", column: undefined })]);
    expect(run.automationDetails.id).toBe("metacache/");
    for (const rule of run.tool.driver.rules) {
      for (const key of ["shortDescription", "fullDescription", "help"]) expect(rule[key]?.text).toMatch(/\w/);
    }
    expect(run.results.map(({ ruleId, ruleIndex }) => [ruleId, run.tool.driver.rules[ruleIndex]?.["id"]])).toEqual([
      ["missing", "missing"],
      ["moved", "moved"],
    ]);
    const places = run.results.map(({ locations }) => locations[0]!.physicalLocation);
    expect(places[0]!.artifactLocation.uri).toBe("sub/a%20b/%C3%A4.ts");
    expect(places.map(({ region }) => region)).toEqual([
      { startLine: 1, startColumn: 4, endLine: 1, endColumn: 13 },
      { startLine: 2, startColumn: 1, endLine: 2, endColumn: 12 },
    ]);
    expect(JSON.stringify(run)).not.toContain('""');
  });

  test("a fingerprint stays if the line moves, and differs for two of a kind", () => {
    const print = (findings: readonly CheckFinding[]): readonly string[] =>
      runOf(findings).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
    const [one] = print([finding(0)]);
    expect(print([finding(0, { line: 77, column: 9 })])).toEqual([one]);
    const two = print([finding(0), finding(0, { line: 2 })]);
    expect(new Set(two).size).toBe(2);
    expect(two[1]).toMatch(/^[0-9a-f]{16}:2$/);
  });

  test("of a hundred thousand, the 25,000 worst", () => {
    const many = Array.from({ length: 100_000 }, (_, at) => finding(at, { severity: at < 90_000 ? "warning" : "error" }));
    const levels = runOf(many).results.map(({ level }) => level);
    expect([levels.length, levels.filter((level) => level === "error").length]).toEqual([25_000, 10_000]);
  });
});

describe("for GitHub", () => {
  test("ten errors and ten warnings are annotations, and the summary has all", () => {
    const many = Array.from({ length: 30 }, (_, at) => finding(at, { severity: at % 2 === 0 ? "error" : "warning" }));
    const { log, summary } = githubReport(reported(many));
    expect(log.match(/^::error /gm)).toHaveLength(10);
    expect(log.match(/^::warning /gm)).toHaveLength(10);
    expect(log).toContain("- 10 more than GitHub shows");
    expect(summary.match(/^\| <code>sub/gm)).toHaveLength(30);
  });

  test("text of a repository is neither a command nor Markdown", () => {
    const hostile = finding(0, { path: "a,b:c\n::add-mask::x.ts", target: "x\n::stop-commands::y|<script>`", problem: "100% [a](b)" });
    const { log, summary } = githubReport(reported([hostile]));
    expect(log.split("\n").filter((line) => line.startsWith("::"))).toHaveLength(1);
    expect(log).toContain("file=sub/a%2Cb%3Ac%0A%3A%3Aadd-mask");
    expect(log).toContain("100%25");
    expect(summary).not.toContain("<script>");
    expect(summary).not.toContain("[a](b)");
  });

  test("a summary stays below what a step may have", () => {
    for (const letter of ["x", "語"]) {
      const many = Array.from({ length: 100_000 }, (_, at) => finding(at, { problem: letter.repeat(5_000) }));
      expect(Buffer.byteLength(githubReport(reported(many)).summary)).toBeLessThan(1 << 20);
    }
  });
});

test("no report holds what a terminal would obey or not show; SARIF and JUnit still say exactly what it is", () => {
  const before = process.env["GITHUB_STEP_SUMMARY"];
  onTestFinished(() => void (before !== undefined && (process.env["GITHUB_STEP_SUMMARY"] = before)));
  delete process.env["GITHUB_STEP_SUMMARY"];
  const odd = "a\u001b[31m\u009b31m\u202e\u{e0041}\u2028\u007f";
  const report = reported([finding(0, { path: `${odd}.ts`, target: odd, problem: odd })]);
  for (const format of REPORT_FORMATS) expect(reportIn(format, report)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(junitReport(report)).toContain("a\ufffd[31m&#155;31m&#8238;&#917569;&#8232;&#127;");
  expect(JSON.parse(reportIn("sarif", report))).toEqual(sarifLog(report, programVersion()));
});

describe("JUnit", () => {
  test("has a suite for each file and a failure for each error; a clean check is one that passes", () => {
    const report = junitReport(
      reported([finding(0), finding(1, { severity: "warning" }), finding(2, { path: "c.ts", target: 'a"<&\u0001' })]),
    );
    expect(report).toContain('<testsuites name="metacache check" tests="3" failures="2">');
    expect(report.match(/<testsuite /g)).toHaveLength(2);
    expect(report).toContain("a&quot;&lt;&amp;\uFFFD");
    expect(junitReport(reported([]))).toContain('tests="1" failures="0"');
  });
});
