import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix, relative, sep } from "node:path";
import { type Argument, type Expression, type ParseResult, parseSync, type Program, type Span, type Super, Visitor } from "oxc-parser";
import { type Layer, LAYERS, type Restriction, RESTRICTIONS, TREES } from "./layers.ts";

/**
 * Checks every file below `root`/src against the table of layers; returns one line for each breach,
 * in order.
 */
export function findLayerBreaches(root: string, layers: Readonly<Record<string, Layer>> = LAYERS): readonly string[] {
  const source = join(root, "src");
  return filesBelow(source).flatMap((file) => breachesOf(file, readFileSync(join(source, file), "utf8"), layers));
}

/**
 * Checks that no tree imports another one than it may; returns one line for each breach, in order.
 */
export function findTreeBreaches(root: string, trees: Readonly<Record<string, readonly string[]>> = TREES): readonly string[] {
  return Object.entries(trees).flatMap(([tree, others]) =>
    filesBelow(join(root, tree)).flatMap((file) => {
      const text = readFileSync(join(root, tree, file), "utf8");
      return requestsOf(parseSync(file, text)).flatMap(({ start, end }) => {
        const request = /^["'](\..*)["']$/.exec(text.slice(start, end))?.[1];
        const target = request === undefined ? tree : posix.normalize(posix.join(tree, posix.dirname(file), request)).split("/")[0];
        if (target === undefined || target === tree || others.includes(target) || !(target in trees)) return [];
        return [
          `${tree}/${file}:${lineAt(text, start)}: "${tree}" must not import "${target}"; it may import ${others.join(", ") || "no other tree"}`,
        ];
      });
    }),
  );
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter((file) => !file.startsWith("node_modules/"))
    .sort();
}

function requestsOf({ module, program }: Pick<ParseResult, "module" | "program">): readonly Span[] {
  return [
    ...module.staticImports.map((found) => found.moduleRequest),
    // One entry for each name that is exported on; the first tells where from.
    ...module.staticExports.flatMap((found) => found.entries[0]?.moduleRequest ?? []),
    ...module.dynamicImports.map((found) => found.moduleRequest),
    ...typeImports(program),
  ];
}

interface Breach {
  readonly offset: number;
  readonly problem: string;
}

function breachesOf(file: string, text: string, layers: Readonly<Record<string, Layer>>): readonly string[] {
  const name = layerOf(file, layers);
  const layer = layers[name];
  if (layer === undefined)
    return [`src/${file}:1: belongs to no layer; the layers are ${Object.keys(layers).join(", ")} (scripts/layers.ts)`];
  const { program, module, errors } = parseSync(file, text);
  if (errors[0] !== undefined) return [`src/${file}:${lineAt(text, errors[0].labels[0]?.start ?? 0)}: ${errors[0].message}`];

  const requests = requestsOf({ module, program });
  const breaches: Breach[] = requests.flatMap(({ start, end }) => {
    const problem = importProblem(file, text.slice(start, end), name, layer, layers);
    return problem === undefined ? [] : [{ offset: start, problem }];
  });
  breaches.push(...restrictedExpressions(program, file, layer));
  return breaches.sort((a, b) => a.offset - b.offset).map(({ offset, problem }) => `src/${file}:${lineAt(text, offset)}: ${problem}`);
}

/** `request` is the import's source as it is written, quotes included. */
function importProblem(
  file: string,
  request: string,
  name: string,
  layer: Layer,
  layers: Readonly<Record<string, Layer>>,
): string | undefined {
  const literal = /^["'](.*)["']$/.exec(request)?.[1];
  if (literal === undefined) return `the layer "${name}" imports what only running it would tell (${request}): write the path out`;
  if (isBuiltin(literal)) {
    return layer.node
      ? undefined
      : `the layer "${name}" must not import ${literal}: of Node's modules only the edges know (${edges(layers).join(", ")})`;
  }
  if (!literal.startsWith(".")) {
    const { packages = [] } = layer;
    return packages.some((allowed) => literal === allowed || literal.startsWith(`${allowed}/`))
      ? undefined
      : `the layer "${name}" must not import the package ${literal}; it may import ${packages.join(", ") || "none"}`;
  }
  const target = posix.normalize(posix.join(posix.dirname(file), literal));
  const targetLayer = layerOf(target, layers);
  if (targetLayer === name || layer.imports.includes(target) || layer.imports.includes(targetLayer)) return undefined;
  return `the layer "${name}" must not import src/${target} (of "${targetLayer}"); it may import ${layer.imports.join(", ") || "no other layer"}`;
}

/** As in `let path: import("../record/project-path.ts").ProjectPath`. */
function typeImports(program: Program): readonly Span[] {
  const found: Span[] = [];
  new Visitor({ TSImportType: ({ source }) => void found.push(source) }).visit(program);
  return found;
}

function restrictedExpressions(program: Program, file: string, layer: Layer): readonly Breach[] {
  const breaches: Breach[] = [];
  const note = (offset: number, ...spellings: readonly string[]): void => {
    const restriction = RESTRICTIONS.find(({ expressions }) => expressions.some((expression) => spellings.includes(expression)));
    if (restriction === undefined || isAllowed(restriction, file, layer)) return;
    const found = spellings.find((spelling) => restriction.expressions.includes(spelling));
    breaches.push({ offset, problem: `${found} is not for this file: ${restriction.instead}` });
  };
  const nameOf = (node: Expression | Super): string | undefined => (node.type === "Identifier" ? node.name : undefined);
  new Visitor({
    MemberExpression(node) {
      const object = nameOf(node.object);
      if (object === undefined) return;
      const member = node.property.type === "Identifier" ? node.property.name : "";
      if (object === "globalThis") note(node.start, member, `${member}()`);
      else note(node.start, object, `${object}.${member}`);
    },
    CallExpression(node) {
      const callee = nameOf(node.callee);
      note(node.start, `${callee}()`);
      const message = node.arguments[1];
      if (callee === "assert" && message !== undefined && isBuiltEachTime(message))
        breaches.push({ offset: message.start, problem: "assert builds its message although it holds: give a constant, or () => message" });
    },
    NewExpression(node) {
      const callee = nameOf(node.callee);
      note(node.start, `new ${callee}`, ...(node.arguments.length === 0 ? [`new ${callee}()`] : []));
    },
  }).visit(program);
  return breaches;
}

/**
 * Everything but a constant and a function: a template or a sum of texts, with or without a
 * condition around it, and any call.
 */
function isBuiltEachTime({ type }: Argument): boolean {
  return !CHEAP_MESSAGES.includes(type);
}

const CHEAP_MESSAGES: readonly string[] = ["Literal", "Identifier", "MemberExpression", "ArrowFunctionExpression", "FunctionExpression"];

function isAllowed({ allowedIn }: Restriction, file: string, layer: Layer): boolean {
  return allowedIn === "edges" ? layer.node === true : allowedIn.includes(file);
}

/** The longest name of a layer that `file` is, or is below; "no layer" for none. */
function layerOf(file: string, layers: Readonly<Record<string, Layer>>): string {
  const fitting = Object.keys(layers).filter((name) => file === name || file.startsWith(`${name}/`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? "no layer";
}

function edges(layers: Readonly<Record<string, Layer>>): readonly string[] {
  return Object.keys(layers).filter((name) => layers[name]?.node);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const breaches = [...findLayerBreaches(root), ...findTreeBreaches(root)];
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0)
    console.error(`${breaches.length} breaches of the layers (scripts/layers.ts; where a change belongs: CONTRIBUTING.md)`);
  process.exitCode = breaches.length > 0 ? 1 : 0;
}
