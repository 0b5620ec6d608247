import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { compareValues } from "../../base/text/text-order.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { cut } from "../answers/answer-lines.ts";

/** A file of the project, or a folder with everything below it. */
export interface ProjectPart {
  readonly path: string;
  /** How many files the folder has. `undefined` for a file. */
  readonly files: number | undefined;
  /**
   * The paths to read the purpose from, the most likely first: the file itself, or files directly
   * in the folder.
   */
  readonly speakers: readonly string[];
}

/** How many levels of folders below the given folder have a line of their own. */
const DEPTH = 2;
const PURPOSE_CHARACTERS = 140;
const SPEAKERS = [/^readme\b/i, /^(?:index|mod|lib|main|__init__|package-info|doc)\.\w+$/i];
const MAX_SPEAKERS = 2;

/**
 * Returns every folder down to two levels below `prefix`. The folders with most files come first.
 */
export function countFolders(paths: readonly string[], prefix: string): readonly ProjectPart[] {
  const counts = new Map<string, { files: number; readonly speakers: string[] }>();
  for (const path of paths) {
    const segments = path.slice(prefix.length).split("/");
    for (let depth = 1; depth <= Math.min(DEPTH, segments.length - 1); depth++) {
      const folder = `${prefix}${segments.slice(0, depth).join("/")}/`;
      const count = counts.get(folder) ?? { files: 0, speakers: [] };
      counts.set(folder, count);
      count.files++;
      if (segments.length === depth + 1 && rankOf(segments[depth]!) < SPEAKERS.length) count.speakers.push(path);
    }
  }
  return [...counts]
    .map(([path, { files, speakers }]) => ({ path, files, speakers: speakers.sort(bySpeaker).slice(0, MAX_SPEAKERS) }))
    .sort((one, other) => other.files - one.files || compareValues(one.path, other.path));
}

/** Returns the files directly in the folder with this prefix. */
export function filesIn(paths: readonly string[], prefix: string): readonly ProjectPart[] {
  return paths.filter((path) => !path.includes("/", prefix.length)).map((path) => ({ path, files: undefined, speakers: [path] }));
}

/**
 * Returns the purpose from a header, or else the title of a document. The text is empty if there is
 * neither.
 */
export async function purposeOfPart(
  cache: MetadataCache,
  { speakers }: ProjectPart,
): Promise<{ readonly text: string; readonly from?: string }> {
  for (const path of speakers) {
    const record = await cache.getMetadata(path);
    const text = record === undefined ? "" : purposeOf(record);
    if (text !== "") return { text: cut(text.replaceAll(/\s+/g, " "), PURPOSE_CHARACTERS), from: path };
  }
  return { text: "" };
}

function purposeOf({ headerSections, headings }: FileMetadata): string {
  return headerSections.intent === "" ? (headings.find(({ level }) => level > 0)?.text ?? "") : headerSections.intent;
}

function bySpeaker(one: string, other: string): number {
  return rankOf(nameOf(one)) - rankOf(nameOf(other)) || compareValues(one, other);
}

function rankOf(name: string): number {
  const rank = SPEAKERS.findIndex((pattern) => pattern.test(name));
  return rank < 0 ? SPEAKERS.length : rank;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
