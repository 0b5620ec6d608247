import type { Clock } from "../../../base/clock.ts";
import { findSection } from "../../sections/find-section.ts";
import { MetacacheError } from "../../../base/errors.ts";
import type { TreeChange } from "../../change-scope.ts";
import { decodeSource } from "../../../extraction/decode-source.ts";
import { languageOfFile } from "../../../extraction/languages/file-language.ts";
import { readReferences } from "../../../extraction/references/read-references.ts";
import { type GitSettings, runGit } from "../../../extraction/tree/run-git.ts";
import type { Heading } from "../../../record/file-metadata.ts";
import type { ProjectPath } from "../../../record/project-path.ts";
import { FormerFiles, type FormerPlace } from "./former-files.ts";
import { readWorkingChanges, requireRepository, succeeded, textOf, wordsOf } from "./entries.ts";

/** What a change in a repository did, and what the documents were before it. */
export interface RepositoryChange extends TreeChange {
  /** Missing if there was no comparison with a commit. */
  readonly compared?: Comparison;
  /** Reads the former content of all these documents together. */
  load?(documents: readonly string[]): Promise<void>;
  /** Resolves to true if the document had the section before the change. */
  hadSection(document: string, section: string): Promise<boolean>;
  /** The files as they were before the change. Missing if this is not known. */
  readonly former?: FormerFiles;
  /** The whole change, if this is only a part of it. */
  readonly whole?: RepositoryChange;
}

/** What was compared with what. */
export interface Comparison {
  readonly what: "index" | "working-tree";
  /** The commit. Missing if there is no commit yet. */
  readonly commit?: string;
  /** For people: what was compared, and which commit that is. */
  readonly text: string;
}

/**
 * Returns what the working tree has changed since the merge base of HEAD and a revision, including
 * files that are not tracked yet. Throws `E_SOURCE` if there is no such revision.
 */
export async function readChangeSince(root: string, revision: string, clock: Clock): Promise<RepositoryChange> {
  const settings = { clock };
  await requireRepository(root, "--since", settings);
  const found = await runGit(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`], settings);
  if (found.code !== 0 || revision === "") {
    throw new MetacacheError("E_SOURCE", `there is no revision ${JSON.stringify(revision)} in ${root}`, {
      remedy: "check its spelling, or fetch it: a shallow clone has few revisions",
    });
  }
  const named = textOf(found.stdout);
  const base = await runGit(root, ["merge-base", "HEAD", named], settings);
  if (base.code !== 0) {
    throw new MetacacheError("E_SOURCE", `git finds no merge base of HEAD and ${JSON.stringify(revision)} in ${root}`, {
      remedy: "fetch more of the history (git fetch --unshallow), or name a revision of this branch",
    });
  }
  const commit = textOf(base.stdout);
  const is = commit === named ? `which is ${revision}` : `the merge base of HEAD and ${revision}`;
  const change = await changeOf(root, commit, settings, {
    what: "working-tree",
    commit,
    text: `the working tree with ${short(commit)}, ${is}`,
  });
  const { changed, removed, untracked, intended } = await readWorkingChanges(root, settings);
  const present = new Set([...change.changed, ...changed, ...untracked, ...intended]);
  for (const path of removed) present.delete(path);
  return { ...change, changed: present, removed: new Set([...change.removed, ...removed].filter((path) => !present.has(path))) };
}

/** Returns what is staged for the next commit. */
export async function readStaged(root: string, settings: GitSettings): Promise<RepositoryChange> {
  const head = await runGit(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], settings);
  if (head.code !== 0)
    return changeOf(root, undefined, settings, { what: "index", text: "what is staged with nothing: there is no commit yet" });
  const commit = textOf(head.stdout);
  return changeOf(root, commit, settings, { what: "index", commit, text: `what is staged with ${short(commit)}, which is HEAD` });
}

function short(commit: string): string {
  return commit.slice(0, SHORT);
}

const SHORT = 12;
const DIFF = ["diff", "--cached", "-M", "--raw", "--no-abbrev", "-z", "--relative", "--no-ext-diff", "--ignore-submodules"];

/** Returns what git's index has changed since a commit. Does not look at the working tree. */
async function changeOf(
  root: string,
  commit: string | undefined,
  settings: GitSettings,
  compared: Comparison,
): Promise<RepositoryChange & { readonly changed: Set<string>; readonly removed: Set<string> }> {
  const words = wordsOf(await succeeded(runGit(root, [...DIFF, ...(commit === undefined ? [] : [commit]), "--"], settings), root));
  const changed = new Set<string>();
  const removed = new Set<string>();
  const before = new Map<string, FormerPlace>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [, , , object = "", , status = ""] = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) (\S+)/.exec(words[at] ?? "") ?? [];
    const path = words[at + 1] ?? "";
    if (/^[RC]/.test(status)) {
      if (status.startsWith("R")) removed.add(path);
      const renamed = words[++at + 1] ?? "";
      changed.add(renamed);
      before.set(renamed, { formerPath: path, object });
    } else {
      (status === "D" ? removed : changed).add(path);
      before.set(path, { formerPath: path, object });
    }
  }
  const former = new FormerFiles(root, commit, before, settings);
  const headings = new Map<string, readonly Heading[]>();
  const load = async (documents: readonly string[]): Promise<void> => {
    const unknown = [...new Set(documents)].filter((path) => !headings.has(path));
    for (const path of unknown) headings.set(path, []);
    for await (const { path, bytes } of former.read(unknown)) headings.set(path, headingsOf(path, bytes));
  };
  const hadSection = async (document: string, section: string): Promise<boolean> => {
    await load([document]);
    const known = headings.get(document) ?? [];
    return known.length > 0 && findSection(section, known).is === "found";
  };
  return { changed, removed, compared, load, hadSection, former };
}

function headingsOf(path: string, bytes: Buffer): readonly Heading[] {
  const { text: source } = decodeSource(bytes);
  return readReferences(source, languageOfFile(path as ProjectPath, source), []).headings;
}
