import { basename } from "node:path";
import { MetacacheError } from "../../base/errors.ts";
import type { ServedProject } from "./served-project.ts";

/**
 * The projects of one server, each with a short name that is unique in the server. The server never
 * opens other projects.
 */
export class ServedProjects {
  readonly #projects: ReadonlyMap<string, ServedProject>;

  constructor(projects: readonly ServedProject[]) {
    const names = projects.map(({ root }) => basename(root));
    const isAlone = (name: string): boolean => name !== "" && names.indexOf(name) === names.lastIndexOf(name);
    this.#projects = new Map(projects.map((project, at) => [isAlone(names[at]!) ? names[at]! : project.root, project]));
  }

  get names(): readonly string[] {
    return [...this.#projects.keys()];
  }

  /** The only project. `undefined` if there is no project, or if there are several. */
  get only(): ServedProject | undefined {
    const [first, second] = this.#projects.values();
    return second === undefined ? first : undefined;
  }

  /**
   * Returns the project with this name or this folder. Without a name, returns the only project.
   * Throws `E_PROJECT_UNKNOWN`.
   */
  find(name: string | undefined): ServedProject {
    const all = [...this.#projects.values()];
    const found = name === undefined ? (all.length === 1 ? all[0] : undefined) : this.#named(name, all);
    if (found !== undefined) return found;
    if (all.length === 0) {
      throw new MetacacheError("E_PROJECT_UNKNOWN", "this server was started in a folder that belongs to no project", {
        remedy: "name the project's folder in the server's configuration: metacache mcp /path/to/code",
      });
    }
    const problem = name === undefined ? "project is missing" : `no project is called ${JSON.stringify(name)}`;
    throw new MetacacheError("E_PROJECT_UNKNOWN", problem, { remedy: `give project as one of ${this.names.join(", ")}` });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#projects.values()].map((project) => project.close()));
  }

  #named(name: string, all: readonly ServedProject[]): ServedProject | undefined {
    return this.#projects.get(name) ?? all.find(({ root }) => root === name.replace(/(?<=.)\/+$/, ""));
  }
}
