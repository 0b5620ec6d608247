import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { millisecondsSince, systemClock } from "../../src/base/clock.ts";
import { type AskedServer, type Question, scanFromNothing, startServer } from "./asked-server.ts";

const run = promisify(execFile);

export interface Replay {
  /** A clone of the repository. The replay changes its files. */
  readonly root: string;
  readonly commits: readonly string[];
  /** The script that starts the command. */
  readonly start: string;
  /**
   * Called after each commit, with the number of commits so far and of answers that differed from a
   * new scan.
   */
  readonly onCommit?: (done: number, differences: number) => void;
}

export interface ReplayReport {
  readonly commits: number;
  /** How many answers were compared with a new scan. */
  readonly compared: number;
  /** The answers that differed, and those that were not proved fresh. Empty if all is well. */
  readonly differences: readonly string[];
  /** Answers while git checked out a commit, and how many of them were proved fresh. */
  readonly meanwhile: { readonly answers: number; readonly fresh: number; readonly failed: number };
  /** How long the first question after each checkout took, in milliseconds, sorted. */
  readonly waits: readonly number[];
}

const MOST_PATHS = 4;
/** A busy machine may need this long. */
const WAIT_MS = 60_000;

/**
 * Checks out each commit while a server watches the tree and answers questions. Right after the
 * checkout, compares the server's answers with those of a new scan: the same tools, over an index
 * that was made from this checkout alone.
 */
export async function replayHistory({ root, commits, start, onCommit }: Replay): Promise<ReplayReport> {
  await using server = await startServer(start, root);
  const differences: string[] = [];
  const waits: number[] = [];
  const meanwhile = { answers: 0, fresh: 0, failed: 0 };
  let compared = 0;
  let before = (await git(root, "rev-parse", "HEAD")).trim();
  for (const [at, commit] of commits.entries()) {
    await checkoutUnderQuestions(server, root, commit, meanwhile);
    const questions = await questionsOf(root, before, commit);
    const begun = systemClock.microseconds();
    const answers = [];
    for (const question of questions) {
      answers.push(await server.ask(question, WAIT_MS));
      if (answers.length === 1) waits.push(millisecondsSince(begun, systemClock));
    }
    differences.push(...(await compare(root, commit, questions, answers)));
    compared += questions.length;
    before = commit;
    onCommit?.(at + 1, differences.length);
  }
  return { commits: commits.length, compared, differences, meanwhile, waits: waits.sort((one, other) => one - other) };
}

async function checkoutUnderQuestions(
  server: AskedServer,
  root: string,
  commit: string,
  counts: { answers: number; fresh: number; failed: number },
): Promise<void> {
  let isDone = false;
  const checkout = git(root, "checkout", "--quiet", "--force", "--detach", commit).finally(() => (isDone = true));
  for (let at = 0; !isDone; at++) {
    const { isFresh, isError } = await server.ask(MEANWHILE[at % MEANWHILE.length]!, 100);
    counts.answers++;
    if (isFresh) counts.fresh++;
    if (isError) counts.failed++;
  }
  await checkout;
}

const MEANWHILE: readonly Question[] = [
  { tool: "find", args: { query: "read" } },
  { tool: "overview", args: {} },
  { tool: "refs", args: { target: "README.md" } },
];

/** The questions: some about the whole tree, and some about files that the commit changed. */
async function questionsOf(root: string, before: string, commit: string): Promise<readonly Question[]> {
  const changed = (await git(root, "diff", "--name-only", "--no-renames", "-z", before, commit, "--"))
    .split("\0")
    .filter((path) => path !== "");
  const step = Math.max(1, Math.floor(changed.length / MOST_PATHS));
  const paths = changed.filter((_, at) => at % step === 0).slice(0, MOST_PATHS);
  return [
    { tool: "overview", args: { budget: 8_000 } },
    { tool: "check", args: { files: ["."], budget: 8_000 } },
    { tool: "find", args: { query: "read", budget: 8_000 } },
    ...paths.flatMap((path): Question[] => [
      { tool: "show", args: { path } },
      { tool: "refs", args: { target: path } },
      { tool: "find", args: { query: basename(path).replace(/\..*$/, "") || "x" } },
    ]),
  ];
}

async function compare(
  root: string,
  commit: string,
  questions: readonly Question[],
  answers: readonly { readonly text: string; readonly isFresh: boolean; readonly isError: boolean }[],
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "metacache-replay-"));
  try {
    await using twin = await scanFromNothing(root, join(folder, "metadata.db"));
    const differences: string[] = [];
    for (const [at, question] of questions.entries()) {
      const [told, expected] = [answers[at]!, await twin.ask(question, WAIT_MS)];
      const name = `${commit.slice(0, 10)} ${question.tool} ${JSON.stringify(question.args)}`;
      if (!told.isFresh && !told.isError) differences.push(`${name}: not proved\n${told.text}`);
      if (told.text !== expected.text) differences.push(`${name}: told\n${told.text}\nand a scan from nothing tells\n${expected.text}`);
    }
    return differences;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  return (await run("git", ["-c", "advice.detachedHead=false", ...args], { cwd: root, maxBuffer: 1 << 28 })).stdout;
}
