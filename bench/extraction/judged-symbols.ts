import { spawnSync } from "node:child_process";

/**
 * The symbols that a judge finds in a file, in metacache's kinds, and the kinds that the judge
 * looks for.
 */
export type JudgedSymbols = readonly { readonly name: string; readonly kind: string }[] & { readonly kinds?: readonly string[] };

/**
 * For each language of metacache: ctags's name of the language, its letters for the kinds that
 * metacache has too, and metacache's names of these kinds.
 */
const CTAGS: Readonly<Record<string, { name: string; letters: string; kinds: Readonly<Record<string, string>> }>> = {
  c: {
    name: "C",
    letters: "dpvxte",
    kinds: { macro: "macro", prototype: "prototype", variable: "variable", externvar: "variable", typedef: "type", enumerator: "member" },
  },
  cpp: {
    name: "C++",
    letters: "dpvxte",
    kinds: { macro: "macro", variable: "variable", externvar: "variable", typedef: "type", enumerator: "member" },
  },
  go: { name: "Go", letters: "cv", kinds: { const: "variable", var: "variable" } },
  rust: { name: "Rust", letters: "e", kinds: { enumerator: "member" } },
  java: { name: "Java", letters: "e", kinds: { enumConstant: "member" } },
  csharp: { name: "C#", letters: "pEe", kinds: { property: "property", event: "event", enumerator: "member" } },
  ruby: { name: "Ruby", letters: "CA", kinds: { constant: "variable", accessor: "property" } },
  php: { name: "PHP", letters: "d", kinds: { define: "variable" } },
};

export function symbolsByCtags(language: string, paths: readonly string[]): Map<string, JudgedSymbols> {
  const judge = CTAGS[language];
  if (judge === undefined) return new Map();
  const options = ["--output-format=json", "--fields=NFnKZ", `--kinds-${judge.name}=${judge.letters}`, `--language-force=${judge.name}`];
  const tags = new Map<string, { name: string; kind: string }[]>(paths.map((path) => [path, []]));
  for (const line of run("ctags", [...options, "-L", "-", "-f", "-"], paths.join("\n")).split("\n")) {
    if (!line.startsWith("{")) continue;
    const { name, path, kind, scopeKind } = JSON.parse(line) as { name: string; path: string; kind: string; scopeKind?: string };
    const isLocal = scopeKind === "function" || name.startsWith("__anon");
    const ours = judge.kinds[kind];
    // Calls of macros look like prototypes, and prototypes in a source file announce what the file
    // defines.
    if (ours === "prototype" && (!path.endsWith(".h") || /^[A-Z\d_]+$/.test(name))) continue;
    // A macro that guards a header against being read twice is not a macro that anybody looks for.
    if (ours === "macro" && /_H_{0,3}$/i.test(name)) continue;
    if (!isLocal && ours !== undefined) tags.get(path)?.push({ name, kind: ours });
  }
  return withKinds(tags, [...new Set(Object.values(judge.kinds))]);
}

/** The assigned names of a module or class, by Python's own parser. */
const AST = `
import ast, json, sys
def names(target):
    if isinstance(target, ast.Name): yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for one in target.elts: yield from names(one)
def walk(body, found, kind):
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets: found += [[name, kind] for name in names(target)]
        elif isinstance(node, ast.AnnAssign): found += [[name, kind] for name in names(node.target)]
        elif isinstance(node, (ast.If, ast.Try)) and kind == "variable":
            for block in (node.body, node.orelse, getattr(node, "finalbody", [])): walk(block, found, kind)
            for handler in getattr(node, "handlers", []): walk(handler.body, found, kind)
    return found
for path in sys.stdin.read().splitlines():
    try: tree = ast.parse(open(path, "rb").read())
    except Exception: continue
    found = walk(tree.body, [], "variable")
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef): walk(node.body, found, "property")
    print(json.dumps([path, found]))
`;

export function symbolsByAst(paths: readonly string[]): Map<string, JudgedSymbols> {
  const files = new Map<string, { name: string; kind: string }[]>();
  for (const line of run("python3", ["-c", AST], paths.join("\n")).split("\n")) {
    if (line === "") continue;
    const [path, found] = JSON.parse(line) as [string, [string, string][]];
    files.set(
      path,
      found.map(([name, kind]) => ({ name, kind })),
    );
  }
  return withKinds(files, ["variable", "property"]);
}

function run(program: string, args: readonly string[], input: string): string {
  const { stdout, status, error } = spawnSync(program, args, { input, maxBuffer: 2 ** 30, encoding: "utf8" });
  if (error !== undefined || status !== 0) throw new Error(`${program} failed: is it installed? (${String(error ?? status)})`);
  return stdout;
}

export function withKinds(
  files: ReadonlyMap<string, readonly { name: string; kind: string }[]>,
  kinds: readonly string[],
): Map<string, JudgedSymbols> {
  return new Map([...files].map(([path, list]) => [path, Object.assign([...list], { kinds })]));
}
