import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Comment, type EcmaScriptModule, parseSync, type Program, type StaticExportEntry, Visitor } from "oxc-parser";

// Reads the declarations that the package is published with: what each entry point exports, and
// where that is declared.

export function entriesOf(root: string): readonly { readonly entry: string; readonly file: string }[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  return Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === "string" ? [] : [{ entry: entry.replace(/^\./, "metacache"), file: join(root, target.types) }],
  );
}

/** Where a name is declared. */
export interface Source {
  readonly file: string;
  readonly name: string;
}

export function keyOf({ file, name }: Source): string {
  return `${file} ${name}`;
}

/** Follows re-exports to where `name` is declared; `undefined` if that is in another package. */
export function sourceOf(file: string, name: string): Source | undefined {
  const { from, entry } = exportOf(file, name);
  const request = entry?.moduleRequest?.value;
  if (request !== undefined) return followed(from, request, entry?.importName.name ?? name);
  // What is imported here may be exported here.
  return originOf(file, entry?.localName.name ?? name) ?? { file, name };
}

function followed(file: string, request: string, name: string): Source | undefined {
  return request.startsWith(".") ? sourceOf(declarationFile(file, request), name) : undefined;
}

/**
 * Where a name that a file uses comes from; `undefined` for what the file neither declares nor
 * imports: the language's own, or a parameter.
 */
export function originOf(file: string, local: string): Source | undefined {
  const { program, module } = parse(file);
  for (const { moduleRequest, entries } of module.staticImports) {
    const entry = entries.find(({ localName }) => localName.value === local);
    if (entry !== undefined) return followed(file, moduleRequest.value, entry.importName.name ?? local);
  }
  return program.body.some((node) => declaredNames(node).includes(local)) ? { file, name: local } : undefined;
}

/** Every type of this package that a declaration mentions. */
export function mentionedBy({ file, name }: Source): readonly Source[] {
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

export function exportOf(file: string, name: string): Partial<Exported> & Pick<Exported, "from"> {
  return exportsOf(file).find(({ entry }) => entry.exportName.name === name) ?? { from: file };
}

export function exportedNames(file: string): readonly string[] {
  return exportsOf(file)
    .map(({ entry }) => String(entry.exportName.name))
    .sort();
}

export function declarationFile(from: string, request: string): string {
  return join(dirname(from), request.replace(/\.js$/, ".d.ts").replace(/(?<!\.d)\.ts$/, ".d.ts"));
}

/** Also of what is not exported where it stands: `export { name };` may follow. */
export function declaredNames(node: Program["body"][number]): readonly string[] {
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

export interface Parsed {
  readonly program: Program;
  readonly module: EcmaScriptModule;
  readonly source: string;
  readonly comments: readonly Comment[];
  /** The source with blanks for comments. */
  readonly text: string;
}

const parsed = new Map<string, Parsed>();

/** Each file is read and parsed once. */
export function parse(file: string): Parsed {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(file, "utf8");
  const { program, module, comments } = parseSync(file, source);
  const text = comments.reduceRight((rest, { start, end }) => rest.slice(0, start) + " ".repeat(end - start) + rest.slice(end), source);
  const result = { program, module, source, comments, text };
  parsed.set(file, result);
  return result;
}
