import type { CheckCode, CheckFinding } from "../finding.ts";
import { RULE_TEXTS } from "../rule-texts.ts";
import { fingerprintsOf } from "./fingerprints.ts";
import { columnsOf, messageOf, type Reported, worstFirst } from "./reported.ts";

/** GitHub refuses the whole file if it has more results. */
const MAX_RESULTS = 25_000;
/**
 * Bytes of paths and messages. GitHub refuses a file of more than 10 MB when it is compressed. All
 * other text of the log is the same for each result, and takes almost no space when compressed.
 */
const MAX_TEXT = 9_000_000;

/**
 * Returns the findings as a log of SARIF 2.1.0, with everything that GitHub's code scanning
 * requires. If the log must be cut, errors come first. GitHub shows the first 5,000.
 */
export function sarifLog(reported: Reported, version: string): Readonly<Record<string, unknown>> {
  const findings = withinLimits(worstFirst(reported.findings), reported.prefix);
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const fingerprints = fingerprintsOf(findings, reported);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "metacache", version, semanticVersion: version, rules: codes.map(ruleOf) } },
        automationDetails: { id: "metacache/" },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding, at) => resultOf(finding, codes.indexOf(finding.code), fingerprints[at] ?? "", reported)),
      },
    ],
  };
}

function withinLimits(findings: readonly CheckFinding[], prefix: string): readonly CheckFinding[] {
  const encoder = new TextEncoder();
  let size = 0;
  const end = findings.findIndex((finding, at) => {
    size += encoder.encode(messageOf(finding)).length + uriOf(prefix + finding.path).length;
    return at === MAX_RESULTS || size > MAX_TEXT;
  });
  return end === -1 ? findings : findings.slice(0, end);
}

function ruleOf(code: CheckCode): Readonly<Record<string, unknown>> {
  const { title, meaning } = RULE_TEXTS[code];
  return {
    id: code,
    name: code,
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    help: { text: `${meaning} See docs/check.md of metacache.` },
    defaultConfiguration: { level: "error" },
    properties: { tags: ["documentation", "references"], precision: "high" },
  };
}

function resultOf(finding: CheckFinding, ruleIndex: number, fingerprint: string, reported: Reported): Readonly<Record<string, unknown>> {
  const { code, severity, path, line } = finding;
  const [startColumn, endColumn] = columnsOf(finding, reported);
  const artifactLocation = { uri: uriOf(reported.prefix + path), uriBaseId: "%SRCROOT%" };
  const region = { startLine: line, startColumn, endLine: line, endColumn };
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: messageOf(finding).toWellFormed() },
    locations: [{ physicalLocation: { artifactLocation, region } }],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
  };
}

function uriOf(path: string): string {
  return path
    .split("/")
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join("/");
}
