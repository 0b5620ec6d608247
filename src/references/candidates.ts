import { type CitingForm, type NormalTarget, normalTarget } from "./normal-target.ts";

/**
 * The role of a candidate of a reference. A reference means the first of its candidates that
 * exists.
 *
 * - `only`: the one path that it can mean.
 * - `first`, `second`: for a path with a slash. In a link, first relative to the file, then to the
 *   root. In a comment or a header, the other way round.
 * - `beside`, `top`, `named`: for a name without a slash. First the file of that name in the same
 *   folder, then at the root, then the only one in the project. The candidate with the role `named`
 *   is the name itself.
 * - `outside`: the path leads out of the project.
 * - `written`: it names no file, and the candidate is the text as it is written.
 */
export const CANDIDATE_ROLES = ["only", "first", "second", "beside", "top", "named", "outside", "written"] as const;
export type CandidateRole = (typeof CANDIDATE_ROLES)[number];

export interface Candidate {
  readonly role: CandidateRole;
  readonly path: string;
}

/**
 * Returns what a reference can mean: at least one candidate, the preferred one first. The
 * candidates depend only on the text of the reference and on its file. Which of them is meant
 * depends on the files that exist.
 */
export function candidatesOf(form: CitingForm, target: string, citingPath: string): readonly Candidate[] {
  const normal = normalTarget(target);
  if (normal === undefined || (normal.isRooted && form !== "link")) return [{ role: "written", path: target.trim() }];
  const folder = folderOf(citingPath);
  const relative = relativeTo(folder, normal);
  if (normal.isRooted || normal.ups > 0 || folder === "" || normal.path === "") return onlyOrNone(normal, relative, folder);
  const { path } = normal;
  if (!path.includes("/")) {
    return [
      { role: "beside", path: joined(folder, path) },
      { role: "top", path },
      { role: "named", path },
    ];
  }
  const [first, second] = form === "link" ? [joined(folder, path), path] : [path, joined(folder, path)];
  return [
    { role: "first", path: first },
    { role: "second", path: second },
  ];
}

function onlyOrNone(normal: NormalTarget, relative: string | undefined, folder: string): readonly Candidate[] {
  const path = normal.isRooted ? normal.path : relative;
  if (path === undefined) return [{ role: "outside", path: normal.path }];
  // The root itself names no file.
  if (path === "") return [{ role: "written", path: "." }];
  const isName = folder === "" && !normal.isRooted && normal.ups === 0 && !path.includes("/");
  return isName
    ? [
        { role: "beside", path },
        { role: "named", path },
      ]
    : [{ role: "only", path }];
}

/**
 * Returns the candidates of the same reference that come before this one, which is the second of a
 * link, or of a name. This candidate and the folder of the citing file determine them.
 */
export function betterThan({ role, path }: Candidate, citingFolder: string): readonly string[] {
  switch (role) {
    case "second":
    case "top":
      return [joined(citingFolder, path)];
    case "named":
      return citingFolder === "" ? [path] : [joined(citingFolder, path), path];
    default:
      return [];
  }
}

/** Returns the candidates of the same reference that come after this one, which is the first. */
export function worseThan({ role, path }: Candidate, form: CitingForm, citingFolder: string): readonly Candidate[] {
  switch (role) {
    case "first":
      return [{ role: "second", path: form === "link" ? below(citingFolder, path) : joined(citingFolder, path) }];
    case "beside": {
      const name = nameOf(path);
      return citingFolder === ""
        ? [{ role: "named", path: name }]
        : [
            { role: "top", path: name },
            { role: "named", path: name },
          ];
    }
    default:
      return [];
  }
}

/** Returns the folder of a path, without a slash at its end. Returns an empty text for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function joined(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

function below(folder: string, path: string): string {
  return path.slice(folder.length + 1);
}

/** Returns `undefined` if the path leads out of the root. */
function relativeTo(folder: string, { path, ups }: NormalTarget): string | undefined {
  let base = folder;
  for (let up = 0; up < ups; up++) {
    if (base === "") return undefined;
    base = folderOf(base);
  }
  return path === "" ? base : joined(base, path);
}
