import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type EcmaScriptModule, parseSync, type Program } from "oxc-parser";

/**
 * The public API as text: for every entry point of the package, what it exports, in the compiler's own words and without
 * comments. Kept in `docs/api.txt`, so that a change of the API is a change that somebody reads.
 */
export function renderApi(root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  const sections = Object.entries(manifest.exports).flatMap(([entry, target]) => {
    if (typeof target === "string") return [];
    const file = join(root, target.types);
    const declarations = exportedNames(file).map((name) => declarationOf(file, name));
    return [[`==== ${entry.replace(/^\./, "metacache")} ====`, ...declarations].join("\n\n")];
  });
  return `${sections.join("\n\n")}\n`;
}

function exportedNames(file: string): readonly string[] {
  const names = parse(file).module.staticExports.flatMap(({ entries }) => entries.map(({ exportName }) => exportName.name));
  if (names.includes(null)) throw new Error(`${file} exports by "*" or by default: name what it exports`);
  return names.map(String).sort();
}

/** Follows re-exports to where `name` is declared. */
function declarationOf(file: string, name: string): string {
  const { program, module, text } = parse(file);
  const entry = module.staticExports.flatMap(({ entries }) => entries).find(({ exportName }) => exportName.name === name);
  const request = entry?.moduleRequest?.value;
  if (request !== undefined) {
    const source = request.startsWith(".")
      ? join(dirname(file), request.replace(/\.js$/, ".d.ts").replace(/(?<!\.d)\.ts$/, ".d.ts"))
      : undefined;
    return source === undefined ? `export ${name} from "${request}"` : declarationOf(source, entry?.importName.name ?? name);
  }
  const found = program.body.filter((node) => declaredNames(node).includes(name));
  if (found.length === 0) throw new Error(`${relative(process.cwd(), file)} does not declare ${name}`);
  return found.map((node) => tidy(text.slice(node.start, node.end))).join("\n");
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
}
