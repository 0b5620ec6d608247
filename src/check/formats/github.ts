import type { CheckFinding } from "../finding.ts";
import { columnsOf, messageOf, type Reported } from "./reported.ts";

/** GitHub shows at most this many errors and this many warnings of a step, and drops the others. */
const MAX_SHOWN = 10;
const MAX_ROWS = 1_000;
/** Bytes. A summary of a step may have 1 MiB. */
const MAX_SUMMARY = 900_000;

export interface GithubReport {
  /**
   * Lines from which GitHub makes annotations, then a line for people with the number of findings
   * left out. Ends with a line end.
   */
  readonly log: string;
  /**
   * Markdown with all findings for the summary of the job. GitHub shows annotations only in changed
   * lines.
   */
  readonly summary: string;
}

export function githubReport(reported: Reported): GithubReport {
  const { findings, summary } = reported;
  const shown = (["error", "warning"] as const).flatMap((kind) => findings.filter(({ severity }) => severity === kind).slice(0, MAX_SHOWN));
  const lines = shown.map((finding) => annotation(finding, reported));
  const rest = findings.length - shown.length;
  if (rest > 0) lines.push(`- ${rest} more than GitHub shows: the job's summary has them`);
  lines.push(`- ${summary}`);
  return { log: `${lines.join("\n")}\n`, summary: markdown(reported) };
}

function annotation(finding: CheckFinding, reported: Reported): string {
  const { code, severity, path, line } = finding;
  const [column, endColumn] = columnsOf(finding, reported);
  const properties = { file: reported.prefix + path, line, endLine: line, col: column, endColumn, title: `metacache: ${code}` };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${severity} ${list.join(",")}::${escapeData(messageOf(finding))}`;
}

/**
 * Escapes text as GitHub's own toolkit does. Otherwise text of a repository could be a command to
 * GitHub.
 */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function markdown({ findings, summary, prefix }: Reported): string {
  let text = `### metacache check\n\n${cell(summary)}\n`;
  if (findings.length === 0) return `${text}\n`;
  text += "\n| where | what | reference | remedy |\n| --- | --- | --- | --- |\n";
  let rows = 0;
  let size = bytesOf(text);
  for (const { severity, code, path, line, target, section = "", problem, remedy } of findings) {
    const row = `| ${monospaced(`${prefix}${path}:${line}`)} | ${severity}: ${code} | ${monospaced(target + section)} | ${cell(`${problem}: ${remedy}`)} |\n`;
    size += bytesOf(row);
    if (rows === MAX_ROWS || size > MAX_SUMMARY) break;
    text += row;
    rows++;
  }
  return rows === findings.length ? `${text}\n` : `${text}\n${findings.length - rows} more: run \`metacache check\`.\n\n`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function monospaced(text: string): string {
  return `<code>${cell(text)}</code>`;
}

/** Escapes text of a repository, so that it is shown and has no effect. */
function cell(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[|`\\[\]*_@#!]/g, (character) => `&#${character.charCodeAt(0)};`);
}
