import { spawnSync } from "node:child_process";

/** A definition as universal-ctags reports it. */
export interface Tag {
  readonly name: string;
  readonly line: number;
  readonly kind: string;
  /**
   * The class (or namespace) that has the definition, without the outer ones; empty if there is
   * none.
   */
  readonly scope: string;
}

/** The definitions of each file, by its path. Throws if ctags is not installed. */
export function tagsOf(paths: readonly string[], language: "C" | "C++"): Map<string, Tag[]> {
  const options = ["--output-format=json", "--fields=NFnKZ", `--kinds-${language}=${language === "C" ? "fsug" : "fpcsug"}`];
  const { stdout, status, error } = spawnSync("ctags", [...options, `--language-force=${language}`, "-L", "-", "-f", "-"], {
    input: paths.join("\n"),
    maxBuffer: 2 ** 30,
    encoding: "utf8",
  });
  if (error !== undefined || status !== 0) throw new Error(`ctags failed: is universal-ctags installed? (${String(error ?? status)})`);
  const tags = new Map<string, Tag[]>();
  for (const line of stdout.split("\n")) {
    if (!line.startsWith("{")) continue;
    const tag = JSON.parse(line) as { name: string; path: string; line: number; kind: string; scope?: string };
    const list = tags.get(tag.path) ?? [];
    list.push({ name: tag.name, line: tag.line, kind: tag.kind, scope: tag.scope?.split("::").at(-1) ?? "" });
    tags.set(tag.path, list);
  }
  return tags;
}
