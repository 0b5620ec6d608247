import { gzipSync } from "node:zlib";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CheckCode, CheckFinding } from "../../src/check/finding.ts";
import { githubReport } from "../../src/check/formats/github.ts";
import { junitReport } from "../../src/check/formats/junit.ts";
import type { Reported } from "../../src/check/formats/reported.ts";
import { RULE_TEXTS } from "../../src/check/rule-texts.ts";
import { sarifLog } from "../../src/check/formats/sarif.ts";
import { REPORT_FORMATS, reportIn } from "../../src/cli/commands/check/report-formats.ts";
import { programVersion } from "../../src/cli/program-version.ts";
import { sarifFaults } from "../support/sarif-rules.ts";
import { xmlFault } from "../support/xml-faults.ts";

function finding(at: number, changes: Partial<CheckFinding> = {}): CheckFinding {
  const told = { code: "missing", severity: "error", problem: "it does not exist", remedy: "write it" } as const;
  return { ...told, path: "a b/ä.ts", line: at + 1, column: 4, target: `docs/${at}.md`, ...changes };
}

function reported(findings: readonly CheckFinding[]): Reported {
  return { findings, counts: { references: 5, files: 2 }, summary: "checked 5 references", prefix: "sub/", lineOf: () => "// the line" };
}

/** Names with all that formats have a meaning for, and halves of characters. */
const HOSTILE_TEXT = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom("<", "&", '"', "'", "]]>", "--", "%", ":", "#", "?", "\0", "\n", "\ud800", "\udc00", "\uffff", "\u0085", "a"),
    minLength: 1,
  }),
);
/** A path of a project: no segment is empty, `.` or `..`. */
const HOSTILE_PATH = fc
  .array(HOSTILE_TEXT, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.map((segment) => `x${segment.replaceAll("/", "_")}`).join("/"));
const HOSTILE_FINDINGS = fc.array(
  fc
    .record({
      path: HOSTILE_PATH,
      target: HOSTILE_TEXT,
      problem: HOSTILE_TEXT,
      remedy: HOSTILE_TEXT,
      section: HOSTILE_TEXT,
      line: fc.integer({ min: 1, max: 1e6 }),
      column: fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined }),
      severity: fc.constantFrom("error", "warning"),
    })
    .map((changes) => finding(0, changes)),
  { maxLength: 5 },
);

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

  test("no rule of the schema and no demand of GitHub is broken, whatever files and findings are called", () => {
    fc.assert(
      fc.property(HOSTILE_FINDINGS, (findings) => {
        const log = sarifLog(reported(findings), "1.2.3");
        expect(sarifFaults(log)).toEqual([]);
        expect(sarifFaults(JSON.parse(JSON.stringify(log)))).toEqual([]);
      }),
      { numRuns: 300 },
    );
    for (const code of Object.keys(RULE_TEXTS))
      expect(sarifFaults(sarifLog(reported([finding(0, { code: code as CheckCode })]), "1.2.3"))).toEqual([]);
    const broken = sarifLog(reported([finding(0, { line: 0 }), finding(1, { path: "../a.ts" }), finding(2, { path: "/a.ts" })]), "1.2.3");
    expect(sarifFaults(broken)).toHaveLength(4);
  });

  test("a file that GitHub takes: not more than 10 MB when it is compressed, although each text is another", () => {
    const many = Array.from({ length: 25_000 }, (_, at) => finding(at, { target: `docs/${randomBytes(500).toString("base64url")}.md` }));
    const text = JSON.stringify(sarifLog(reported(many), "1.2.3"));
    expect(gzipSync(text).length).toBeLessThan(10_000_000);
    expect(text.length).toBeGreaterThan(9_000_000);
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
  test("is well-formed XML, and holds no character that XML may not, whatever files and findings are called", () => {
    fc.assert(
      fc.property(HOSTILE_FINDINGS, (findings) => {
        expect(xmlFault(junitReport({ ...reported(findings), summary: findings[0]?.target ?? "" }))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    const every = String.fromCharCode(...Array.from({ length: 0x10000 }, (_, code) => code));
    expect(xmlFault(junitReport(reported([finding(0, { path: every, target: every, problem: every })])))).toBeUndefined();
  });

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
