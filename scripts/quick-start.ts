import type { Plugin } from "rolldown";

/** A module that stands for another, and has nothing. */
const EMPTY = "\0empty";

/**
 * Keeps a program from loading what it does not use. `import` from a module of Node's own reads every property that the module exports, and some
 * of them load more: of `node:process` the standard streams, of `node:crypto` the keys of the web. `getBuiltinModule` gives the same module and
 * reads nothing. Commander imports `node:child_process` for commands that are programs of their own: there are none.
 */
export const startsQuickly: Plugin = {
  name: "starts-quickly",
  resolveId: (id, importer) =>
    id === "node:child_process" && importer !== undefined && /[\\/]commander[\\/]/.test(importer) ? EMPTY : null,
  load: (id) => (id === EMPTY ? "export default {};" : null),
  renderChunk: (code) => code.replaceAll(IMPORT, (_, names: string, module: string) => declarations(names, module)),
};

/** An import from Node as the bundler writes it: one line. */
const IMPORT = /^import (?<names>.+) from "(?<module>node:[\w/]+)";$/gm;
const NAMES = /^(?<whole>[\w$]+)?(?:, )?(?:\{ (?<some>.+) \})?$/;

/** Modules that take milliseconds to load, and of which only functions are imported. Each is loaded by the first call of one. */
const LATE = new Set(["node:child_process", "node:crypto", "node:zlib"]);

function declarations(names: string, module: string): string {
  const { whole, some } = NAMES.exec(names)?.groups ?? {};
  if (whole === undefined && some === undefined)
    throw new Error(`the bundle imports ${names} from ${module}: import single names, or the default`);
  const source = module === "node:process" ? "globalThis.process" : `globalThis.process.getBuiltinModule("${module}")`;
  const imports = (some ?? "").split(", ").filter((each) => each !== "");
  const declared = imports.map((each) => {
    const [name = "", alias = name] = each.split(" as ");
    if (!LATE.has(module)) return `const ${alias} = ${source}.${name};`;
    if (/^[A-Z]/.test(name)) throw new Error(`the bundle imports ${name} from ${module}, which is loaded late: only functions can be`);
    return `const ${alias} = (...given) => ${source}.${name}(...given);`;
  });
  if (whole !== undefined) declared.unshift(`const ${whole} = ${source};`);
  return declared.join(" ");
}
