import { citedPlacesOf, type CitedPlace, ownSectionsOf } from "../record/cited-places.ts";
import type { FileReference } from "../record/file-metadata.ts";
import { DOCUMENT_LANGUAGES } from "../record/document-languages.ts";
import { type Candidate, candidatesOf, folderOf, nameOf } from "../references/candidates.ts";
import { normalTarget } from "../references/normal-target.ts";
import { type Resolution, resolveCandidates } from "../references/resolve.ts";
import type { ChangeScope } from "./change-scope.ts";
import type { CheckedRecord, CheckedTree } from "./checked-tree.ts";
import { severityOf } from "./citation-rule.ts";
import type { CheckedCounts, CheckFinding, DanglingPlace } from "./finding.ts";
import { findSection } from "./sections/find-section.ts";

/** A section that the document does not have. */
export interface MissingSection {
  readonly document: string;
  readonly finding: CheckFinding;
}

/**
 * What references mean. At this point, nobody has asked yet what became of the files that dangling
 * references name.
 */
export interface CheckedReferences {
  readonly counts: CheckedCounts;
  readonly dangling: readonly DanglingPlace[];
  /** Sections that documents do not have. */
  readonly sections: readonly MissingSection[];
}

/**
 * Resolves every reference of these files. The files must be in the order of their paths. With a
 * scope, resolves only the references in the scope. Cost: one or two look-ups for each reference.
 */
export function checkReferences(records: readonly CheckedRecord[], tree: CheckedTree, scope?: ChangeScope): CheckedReferences {
  const dangling: DanglingPlace[] = [];
  const sections: MissingSection[] = [];
  let references = 0;
  let files = 0;
  for (const record of records) {
    let own = 0;
    for (const place of citedPlacesOf(record)) {
      const possible = candidatesOf(place.form, place.target, record.path);
      if (scope?.covers(place, record.path, pathsAmong(possible)) === false) continue;
      const resolution = meaningOfCandidates(possible, place, record.path, tree);
      if (resolution.is === "none") continue;
      own++;
      if (resolution.is === "found") {
        const finding = sectionFinding(place, record.path, tree.record(resolution.path));
        if (finding !== undefined) sections.push({ document: resolution.path, finding });
      } else if (resolution.is === "dangling") {
        const paths = pathsAmong(possible);
        const hadFolder = resolution.firstFolder === undefined && scope?.hasRemoved(paths) === true;
        const severity = severityOf(place, hadFolder ? { ...resolution, firstFolder: "root" } : resolution);
        if (severity !== undefined) dangling.push({ path: record.path, place, severity, candidates: paths });
      }
    }
    if (scope === undefined || scope.hasFile(record.path)) {
      const places = ownSectionsOf(record);
      own += places.length;
      for (const place of places) {
        const finding = ownSectionFinding(place, record);
        if (finding !== undefined) sections.push({ document: record.path, finding });
      }
    }
    references += own;
    if (own > 0) files++;
  }
  return { counts: { references, files }, dangling, sections };
}

/** Returns the paths that a place can mean. Does not look at which files exist. */
export function pathsOf({ form, target }: Pick<CitedPlace, "form" | "target">, citing: string): readonly string[] {
  return pathsAmong(candidatesOf(form, target, citing));
}

function pathsAmong(candidates: readonly Candidate[]): readonly string[] {
  return candidates.flatMap(({ role, path }) => (role === "written" || role === "outside" || role === "named" ? [] : [path]));
}

/**
 * Returns what a place means. A link may leave out the parts that a site generator adds. It leads
 * nowhere if the only file of its name is in another folder. Nothing is known about files in
 * another repository.
 */
export function meaningOf(place: CitedPlace, citing: string, tree: CheckedTree): Resolution {
  return meaningOfCandidates(candidatesOf(place.form, place.target, citing), place, citing, tree);
}

function meaningOfCandidates(candidates: readonly Candidate[], place: CitedPlace, citing: string, tree: CheckedTree): Resolution {
  const followed = place.form === "link" ? candidates.filter(({ role }) => role !== "named") : candidates;
  const resolution = resolveCandidates(followed, citing, tree);
  if (resolution.is !== "dangling") return resolution;
  for (const path of pathsAmong(candidates)) {
    if (tree.isClosed(path)) return { is: "none" };
    if (place.form !== "link") continue;
    const page = PAGES.map((ending) => path.replace(/\.html?$/, "") + ending).find((each) => tree.has(each));
    if (page !== undefined) return { is: "found", path: page, isFolder: false };
  }
  const other = place.form === "link" ? undefined : fromOtherBase(place, citing, tree);
  return other === undefined ? resolution : { is: "found", path: other, isFolder: false };
}

/**
 * A comment may write a path relative to any folder: a folder around its own file, such as the
 * package's, or any other folder if only one file has a path that ends like this. Other rules
 * handle a bare name.
 */
function fromOtherBase({ target }: CitedPlace, citing: string, tree: CheckedTree): string | undefined {
  const path = normalTarget(target)?.path ?? "";
  if (!path.includes("/") || target.startsWith(".")) return undefined;
  for (let folder = folderOf(citing); folder !== ""; folder = folderOf(folder))
    if (tree.has(`${folder}/${path}`)) return `${folder}/${path}`;
  const [only, ...others] = tree.named(nameOf(path), MOST_NAMED).filter((each) => each.endsWith(`/${path}`));
  return others.length === 0 ? only : undefined;
}

const MOST_NAMED = 10_000;

const PAGES = [".md", ".mdx", ".markdown", ".rst", ".adoc", ".txt", "/index.md", "/index.mdx", "/README.md"];

/** Does the same for a link that names only a section. */
function ownSectionFinding({ target, line, column, form }: FileReference, record: CheckedRecord): CheckFinding | undefined {
  const finding = sectionFinding({ form, target: "", section: target, line, column }, record.path, record);
  return finding === undefined ? undefined : { ...finding, target, section: undefined };
}

function sectionFinding(
  { target, section, line, column }: CitedPlace,
  path: string,
  cited: CheckedRecord | undefined,
): CheckFinding | undefined {
  if (section === undefined || cited === undefined || !DOCUMENT_LANGUAGES.includes(cited.language)) return undefined;
  const search = findSection(section, cited.headings);
  if (search.is !== "missing") return undefined;
  const near = search.nearest;
  return {
    code: "no-such-section",
    severity: "error",
    path,
    line,
    ...(column !== undefined && { column }),
    target,
    section,
    problem: `${cited.path} has no section ${section}`,
    remedy: near === undefined ? anyHeading(cited) : `the nearest is "${near}"`,
    ...(search.only !== undefined && { fix: { from: `${target}${section}`, to: `${target}${search.only}` } }),
  };
}

function anyHeading({ headings: { length } }: CheckedRecord): string {
  return length === 0 ? "it has no headings: name only the document" : `name one of its ${length} headings`;
}
