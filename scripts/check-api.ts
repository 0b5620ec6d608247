import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type EcmaScriptModule, parseSync, type Program, type StaticExportEntry, Visitor } from "oxc-parser";

/**
 * The public API as text: for every entry point of the package, what it exports, in the compiler's own words and without
 * comments. Kept in `docs/api.txt`, so that a change of the API is a change that somebody reads.
 */
export function renderApi(root: string): string {
  const sections = entriesOf(root).map(({ entry, file }) => {
    const declarations = exportedNames(file).map((name) => declarationOf(file, name));
    return [`==== ${entry} ====`, ...declarations].join("\n\n");
  });
  return `${sections.join("\n\n")}\n`;
}

/** The types that an entry point mentions and does not export: nobody who uses them could name them. */
export function forgottenExports(root: string): readonly string[] {
  return entriesOf(root).flatMap(({ entry, file }) => {
    const exported = exportedNames(file).flatMap((name) => sourceOf(file, name) ?? []);
    const known = new Set(exported.map(keyOf));
    const forgotten = exported.flatMap((source) => mentionedBy(source).filter((each) => !known.has(keyOf(each))));
    return [...new Set(forgotten.map(({ name }) => name))].sort().map((name) => `${entry} mentions ${name}, which it does not export`);
  });
}

function entriesOf(root: string): readonly { readonly entry: string; readonly file: string }[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  return Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === "string" ? [] : [{ entry: entry.replace(/^\./, "metacache"), file: join(root, target.types) }],
  );
}

/** Where a name is declared. */
interface Source {
  readonly file: string;
  readonly name: string;
}

function keyOf({ file, name }: Source): string {
  return `${file} ${name}`;
}

/** Follows re-exports to where `name` is declared; `undefined` if that is in another package. */
function sourceOf(file: string, name: string): Source | undefined {
  const { from, entry } = exportOf(file, name);
  const request = entry?.moduleRequest?.value;
  if (request !== undefined) return followed(from, request, entry?.importName.name ?? name);
  // What is imported here may be exported here.
  return originOf(file, entry?.localName.name ?? name) ?? { file, name };
}

function followed(file: string, request: string, name: string): Source | undefined {
  return request.startsWith(".") ? sourceOf(declarationFile(file, request), name) : undefined;
}

/** Where a name that a file uses comes from; `undefined` for what the file neither declares nor imports: the language's own, or a parameter. */
function originOf(file: string, local: string): Source | undefined {
  const { program, module } = parse(file);
  for (const { moduleRequest, entries } of module.staticImports) {
    const entry = entries.find(({ localName }) => localName.value === local);
    if (entry !== undefined) return followed(file, moduleRequest.value, entry.importName.name ?? local);
  }
  return program.body.some((node) => declaredNames(node).includes(local)) ? { file, name: local } : undefined;
}

/** Every type of this package that a declaration mentions. */
function mentionedBy({ file, name }: Source): readonly Source[] {
  const { program } = parse(file);
  const names = new Set<string>();
  const mention = (node: { readonly type: string }): void => {
    // Of a qualified name, what it begins with.
    if ("left" in node) mention(node.left as { readonly type: string });
    else if ("name" in node) names.add(String(node.name));
  };
  new Visitor({
    TSTypeReference: ({ typeName }) => mention(typeName),
    TSInterfaceHeritage: ({ expression }) => mention(expression),
    TSClassImplements: ({ expression }) => mention(expression),
    ClassDeclaration: ({ superClass }) => {
      if (superClass !== null) mention(superClass);
    },
  }).visit({ ...program, body: program.body.filter((node) => declaredNames(node).includes(name)) });
  return [...names].flatMap((each) => originOf(file, each) ?? []);
}

/** What a file exports, and the file in which that is written. */
interface Exported {
  readonly from: string;
  readonly entry: StaticExportEntry;
}

/** Those of another file of this package stand for `export * from` it. */
function exportsOf(file: string): readonly Exported[] {
  const entries = parse(file).module.staticExports.flatMap((each) => each.entries);
  return entries.flatMap((entry) => {
    if (entry.exportName.name !== null) return [{ from: file, entry }];
    const request = entry.moduleRequest?.value;
    if (request?.startsWith(".") === true) return exportsOf(declarationFile(file, request));
    throw new Error(`${file} exports by default, or all of another package: name what it exports`);
  });
}

function exportOf(file: string, name: string): Partial<Exported> & Pick<Exported, "from"> {
  return exportsOf(file).find(({ entry }) => entry.exportName.name === name) ?? { from: file };
}

function exportedNames(file: string): readonly string[] {
  return exportsOf(file)
    .map(({ entry }) => String(entry.exportName.name))
    .sort();
}

/** Follows re-exports to where `name` is declared. */
function declarationOf(file: string, name: string): string {
  const { program, text } = parse(file);
  const { from, entry } = exportOf(file, name);
  const request = entry?.moduleRequest?.value;
  if (request !== undefined) {
    if (!request.startsWith(".")) return `export ${name} from "${request}"`;
    return declarationOf(declarationFile(from, request), entry?.importName.name ?? name);
  }
  const found = program.body.filter((node) => declaredNames(node).includes(name));
  if (found.length === 0) throw new Error(`${relative(process.cwd(), file)} does not declare ${name}`);
  return found.map((node) => tidy(text.slice(node.start, node.end))).join("\n");
}

function declarationFile(from: string, request: string): string {
  return join(dirname(from), request.replace(/\.js$/, ".d.ts").replace(/(?<!\.d)\.ts$/, ".d.ts"));
}

/** Also of what is not exported where it stands: `export { name };` may follow. */
function declaredNames(node: Program["body"][number]): readonly string[] {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  switch (declaration?.type) {
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? id.name : []));
    case "ClassDeclaration":
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return declaration.id === null ? [] : [declaration.id.name];
    default:
      return [];
  }
}

function tidy(declaration: string): string {
  return declaration.replace(/^\s*#private;\n/gm, "").replace(/\n\s*\n/g, "\n");
}

interface Parsed {
  readonly program: Program;
  readonly module: EcmaScriptModule;
  /** With blanks for comments. */
  readonly text: string;
}

function parse(file: string): Parsed {
  const source = readFileSync(file, "utf8");
  const { program, module, comments } = parseSync(file, source);
  const text = comments.reduceRight((rest, { start, end }) => rest.slice(0, start) + " ".repeat(end - start) + rest.slice(end), source);
  return { program, module, text };
}

/** The lines that only one of the two has. */
function difference(before: string, after: string): string {
  const only = (sign: string, lines: readonly string[], others: ReadonlySet<string>): string[] =>
    lines.filter((line) => !others.has(line)).map((line) => `${sign} ${line}`);
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [...only("-", old, new Set(now)), ...only("+", now, new Set(old))].join("\n");
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const snapshot = join(root, "docs/api.txt");
  const actual = renderApi(root);
  const expected = existsSync(snapshot) ? readFileSync(snapshot, "utf8") : "";
  if (process.argv.includes("--update")) writeFileSync(snapshot, actual);
  else if (actual !== expected) {
    console.error(difference(expected, actual));
    console.error(
      "The public API is not what docs/api.txt says. Where the change is meant: `npm run api:update`, and read the difference.",
    );
    process.exitCode = 1;
  }
  const forgotten = forgottenExports(root);
  if (forgotten.length > 0) {
    console.error(`${forgotten.join("\n")}\nExport what is mentioned, or mention something else.`);
    process.exitCode = 1;
  }
}
