import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { isInside, realPathOf } from "../../cache/opening/resolve-project.ts";
import { MetacacheError } from "../../base/errors.ts";
import { quoteName } from "../../base/text/escape.ts";

/**
 * The place where the command is typed. If the working directory lies in the project, paths are
 * given and printed relative to it. Otherwise they are relative to the project's root.
 */
export class Place {
  readonly #root: string | undefined;
  readonly #cwd: string;
  /** The working directory relative to the root, with `/`. `undefined` outside the project. */
  readonly #below: string | undefined;

  constructor(root: string | undefined, cwd: string) {
    this.#root = root;
    this.#cwd = cwd;
    this.#below = root !== undefined && isInside(root, cwd) ? withSlashes(relative(root, cwd)) : undefined;
  }

  /**
   * Returns a path of the project for a line of output. Quotes it if it has characters that could
   * control a terminal.
   */
  shown(path: string): string {
    return quoteName(this.printed(path));
  }

  /** Returns a path of the project relative to the working directory, without quotes. */
  printed(path: string): string {
    return this.#below === undefined || this.#below === "" ? path : posix.relative(this.#below, path);
  }

  /**
   * Returns a function that makes a URL of a file of the project and a line. Returns `undefined` if
   * the project has no folder on this machine.
   */
  link(path: string, line?: number): (() => string) | undefined {
    const root = this.#root;
    if (root === undefined) return undefined;
    return () => `${pathToFileURL(join(root, path)).href}${line === undefined ? "" : `#${line}`}`;
  }

  /**
   * The working directory relative to the project's root. "" if it is the root, or lies outside the
   * project.
   */
  get here(): string {
    return this.#below ?? "";
  }

  /** Translates a path prefix that is typed here to a prefix of paths of the project. */
  prefix(typed: string): string {
    const joined = this.#below === undefined || typed === "" ? typed : posix.join(this.#below, typed);
    return joined.replace(/^\.\/+/, "");
  }

  /**
   * Returns the paths of the project that a typed path may mean, the likeliest first: relative to
   * the working directory, through any symbolic links; then as the project spells it. Throws
   * `E_PATH` for a path outside the project.
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

  /**
   * A symbolic link is itself a path of the project. The path of its folder may contain symbolic
   * links. If the link is not in the project, the file behind it may be.
   */
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
