import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { isInside, realPathOf } from "../../cache/opening/resolve-project.ts";
import { MetacacheError } from "../../base/errors.ts";
import { quoteName } from "../../base/escape.ts";

/** Where the command is typed: paths are given and printed as seen from there, if it lies in the project, else from the project's root. */
export class Place {
  readonly #root: string | undefined;
  readonly #cwd: string;
  /** The working directory below the root, with `/`; `undefined` outside the project. */
  readonly #below: string | undefined;

  constructor(root: string | undefined, cwd: string) {
    this.#root = root;
    this.#cwd = cwd;
    this.#below = root !== undefined && isInside(root, cwd) ? withSlashes(relative(root, cwd)) : undefined;
  }

  /** A path of the project, for a line of output: quoted if it holds what a terminal would obey. */
  shown(path: string): string {
    return quoteName(this.printed(path));
  }

  /** A path of the project as seen from here, unquoted. */
  printed(path: string): string {
    return this.#below === undefined || this.#below === "" ? path : posix.relative(this.#below, path);
  }

  /** Makes a URL that opens a file of the project at a line. `undefined` for a project without a folder here. */
  link(path: string, line?: number): (() => string) | undefined {
    const root = this.#root;
    if (root === undefined) return undefined;
    return () => `${pathToFileURL(join(root, path)).href}${line === undefined ? "" : `#${line}`}`;
  }

  /** The working directory as seen from the project's root: "" if it is the root, or outside the project. */
  get here(): string {
    return this.#below ?? "";
  }

  /** What a prefix that is typed here is in the project. */
  prefix(typed: string): string {
    const joined = this.#below === undefined || typed === "" ? typed : posix.join(this.#below, typed);
    return joined.replace(/^\.\/+/, "");
  }

  /**
   * What a path that is typed may mean in the project, the likeliest first: as seen from the working directory, through whatever
   * links lead there; or as the project spells it. Throws `E_PATH` for one outside the project.
   */
  async candidates(typed: string): Promise<readonly [string, ...string[]]> {
    const found = new Set<string>();
    if (this.#root !== undefined && typed !== "") {
      const seen = await this.#inProject(this.#root, resolve(this.#cwd, typed));
      if (seen !== undefined) found.add(seen);
    }
    if (!isAbsolute(typed) && typed !== "") {
      const spelt = posix.normalize(withSlashes(typed)).replace(/(?<=.)\/$/, "");
      if (spelt !== ".." && !spelt.startsWith("../")) found.add(spelt);
    }
    const [first, ...others] = found;
    if (first !== undefined) return [first, ...others];
    const place = this.#root === undefined ? "the project" : `the project ${this.#root}`;
    throw new MetacacheError("E_PATH", `the path ${JSON.stringify(typed)} is outside ${place}`, { remedy: "give one inside it" });
  }

  /** A link is a path of its own; its folder, or else what it leads to, may be given through links. */
  async #inProject(root: string, path: string): Promise<string | undefined> {
    const ways = [join(await realPathOf(dirname(path)), basename(path)), await realPathOf(path), path];
    const way = ways.find((each) => isInside(root, each));
    if (way === undefined) return undefined;
    return withSlashes(relative(root, way)) || ".";
  }
}

function withSlashes(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
