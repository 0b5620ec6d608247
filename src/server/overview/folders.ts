import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { compareValues } from "../../base/text-order.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { cut } from "../answers/answer-lines.ts";

/** A folder of the project with all that is below it, or a file. */
export interface ProjectPart {
  readonly path: string;
  /** Of a folder. */
  readonly files: number | undefined;
  /**
   * The file itself, or files directly in the folder that may say what it is for, the likeliest
   * first.
   */
  readonly speakers: readonly string[];
}

/** How deep folders are told apart, below the one that is asked for. */
const DEPTH = 2;
const PURPOSE_CHARACTERS = 140;
const SPEAKERS = [/^readme\b/i, /^(?:index|mod|lib|main|__init__|package-info|doc)\.\w+$/i];
const MAX_SPEAKERS = 2;

/** Every folder down to two levels below `prefix`, those with most files first. */
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

/** The files directly in the folder with this prefix. */
export function filesIn(paths: readonly string[], prefix: string): readonly ProjectPart[] {
  return paths.filter((path) => !path.includes("/", prefix.length)).map((path) => ({ path, files: undefined, speakers: [path] }));
}

/** The purpose that a header states, or else the title of a document; empty if there is neither. */
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
