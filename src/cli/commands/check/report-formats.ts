import { appendFileSync } from "node:fs";
import { MetacacheError, messageOf } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import { githubReport } from "../../../check/formats/github.ts";
import { junitReport } from "../../../check/formats/junit.ts";
import type { Reported } from "../../../check/formats/reported.ts";
import { sarifLog } from "../../../check/formats/sarif.ts";
import { runGit } from "../../../extraction/tree/run-git.ts";
import { programVersion } from "../../program-version.ts";
import { escapeLines, safeJson } from "../../../base/text/escape.ts";

/** The formats of `check` that other programs read, in addition to those of every command. */
export const REPORT_FORMATS = ["github", "sarif", "junit"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export function isReportFormat(text: string | undefined): text is ReportFormat {
  return REPORT_FORMATS.some((format) => format === text);
}

/**
 * Returns the report as text. It has no characters that could control a terminal, because people
 * read logs on terminals too. For GitHub, also writes the summary of the job if there is one.
 */
export function reportIn(format: ReportFormat, reported: Reported): string {
  switch (format) {
    case "sarif":
      return `${safeJson(sarifLog(reported, programVersion()))}\n`;
    case "junit":
      return junitReport(reported);
    case "github": {
      const { log, summary } = githubReport(reported);
      appendSummary(summary);
      return escapeLines(log);
    }
  }
}

function appendSummary(text: string): void {
  const file = process.env["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "") return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `the job's summary ${file} cannot be written: ${messageOf(error)}`, {
      remedy: "unset GITHUB_STEP_SUMMARY, or make the file writable",
      cause: error,
    });
  }
}

/**
 * Returns the project's folder relative to the top of its repository, with a slash at its end:
 * GitHub's paths start at the top.
 */
export async function prefixInRepository(root: string, clock: Clock): Promise<string> {
  try {
    const { code, stdout } = await runGit(root, ["rev-parse", "--show-prefix"], { clock });
    return code === 0 ? stdout.toString("utf8").replace(/\n$/, "") : "";
  } catch {
    return "";
  }
}
