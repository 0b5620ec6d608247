import type { Clock } from "../../base/clock.ts";
import { MetacacheError } from "../../base/errors.ts";
import type { TreeChange } from "../change-scope.ts";
import { findSection } from "../sections/find-section.ts";
import { decodeSource } from "../../extraction/decode-source.ts";
import { languageOfFile } from "../../extraction/languages/file-language.ts";
import { readReferences } from "../../extraction/references/read-references.ts";
import { type GitResult, runGit, runGitOnFiles } from "../../extraction/tree/run-git.ts";
import type { Heading } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";

/** What a change in a repository did, and what there was before it. */
export interface RepositoryChange extends TreeChange {
  /** Whether the document had the section before the change. */
  hadSection(document: string, section: string): Promise<boolean>;
}

const DIFF = ["diff", "-M", "--name-status", "-z", "--relative", "--no-ext-diff", "--ignore-submodules"];

/** What the working tree has changed since it left the history of a revision, files that are not tracked yet included. Throws `E_SOURCE` if there is no such revision. */
export async function readChangeSince(root: string, revision: string, clock: Clock): Promise<RepositoryChange> {
  const git = (...args: readonly string[]): Promise<GitResult> => runGit(root, args, { clock });
  if ((await git("rev-parse", "--git-dir")).code !== 0) throw noRepository(root, "--since");
  const found = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
  if (found.code !== 0 || revision === "") {
    throw new MetacacheError("E_SOURCE", `there is no revision ${JSON.stringify(revision)} in ${root}`, {
      remedy: "check its spelling, or fetch it: a shallow clone has few",
    });
  }
  const base = await git("merge-base", "HEAD", text(found));
  if (base.code !== 0) {
    throw new MetacacheError("E_SOURCE", `what HEAD and ${JSON.stringify(revision)} have in common is not known in ${root}`, {
      remedy: "fetch more of the history (git fetch --unshallow), or name a revision of this branch",
    });
  }
  const diff = await succeeded(runGitOnFiles(root, [...DIFF, text(base), "--"], { clock }), root);
  const untracked = await succeeded(git("ls-files", "--others", "--exclude-standard", "-z"), root);
  return changeOf(diff, untracked.stdout.toString("utf8").split("\0"), (path) => git("cat-file", "blob", `${text(base)}:./${path}`));
}

/** What is staged for the next commit. Files are checked as they lie in the working tree. */
export async function readStaged(root: string, clock: Clock): Promise<RepositoryChange> {
  const git = (...args: readonly string[]): Promise<GitResult> => runGit(root, args, { clock });
  if ((await git("rev-parse", "--git-dir")).code !== 0) throw noRepository(root, "--staged");
  return changeOf(await succeeded(git(...DIFF, "--cached", "--"), root), [], (path) => git("cat-file", "blob", `HEAD:./${path}`));
}

function changeOf(diff: GitResult, untracked: readonly string[], read: (path: string) => Promise<GitResult>): RepositoryChange {
  const changed = new Set(untracked.filter((path) => path !== ""));
  const removed = new Set<string>();
  const words = diff.stdout.toString("utf8").split("\0");
  for (let at = 0; at + 1 < words.length; at += 2) {
    const status = words[at] ?? "";
    const path = words[at + 1] ?? "";
    if (/^[RC]/.test(status)) {
      if (status.startsWith("R")) removed.add(path);
      changed.add(words[++at + 1] ?? "");
    } else if (status === "D") removed.add(path);
    else changed.add(path);
  }
  const headings = new Map<string, readonly Heading[]>();
  return {
    changed,
    removed,
    async hadSection(document, section) {
      let known = headings.get(document);
      if (known === undefined) {
        const { code, stdout } = await read(document);
        known = code === 0 ? headingsOf(document, stdout) : [];
        headings.set(document, known);
      }
      return known.length > 0 && findSection(section, known).is === "found";
    },
  };
}

function headingsOf(path: string, bytes: Buffer): readonly Heading[] {
  const { text: source } = decodeSource(bytes);
  return readReferences(source, languageOfFile(path as ProjectPath, source), []).headings;
}

async function succeeded(running: Promise<GitResult>, root: string): Promise<GitResult> {
  const result = await running;
  if (result.code === 0) return result;
  throw new MetacacheError("E_SOURCE", `git cannot tell what has changed in ${root}: ${result.stderr.trim()}`, {
    remedy: "look at it with `git status`",
  });
}

function noRepository(root: string, option: string): MetacacheError {
  return new MetacacheError("E_SOURCE", `${option} needs a git repository, and ${root} is in none`, {
    remedy: "check everything, without it",
  });
}

function text({ stdout }: GitResult): string {
  return stdout.toString("utf8").trim();
}
