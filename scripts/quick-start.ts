import type { Plugin } from "rolldown";

/** The name of an empty module that replaces another one. */
const EMPTY = "\0empty";

/**
 * Prevents the program from loading modules that it does not use. An `import` from one of Node's
 * modules reads every property that the module exports, and some properties load more modules:
 * those of `node:process` load the standard streams, and those of `node:crypto` load the Web Crypto
 * API. `getBuiltinModule` returns the same module and reads no property. Commander imports
 * `node:child_process` to run commands that are separate programs. metacache has no such command.
 */
export const startsQuickly: Plugin = {
  name: "starts-quickly",
  resolveId: (id, importer) =>
    id === "node:child_process" && importer !== undefined && /[\\/]commander[\\/]/.test(importer) ? EMPTY : null,
  load: (id) => (id === EMPTY ? "export default {};" : null),
  renderChunk: (code) => code.replaceAll(IMPORT, (_, names: string, module: string) => declarations(names, module)),
};

/** An import from Node, as the bundler writes it on one line. */
const IMPORT = /^import (?<names>.+) from "(?<module>node:[\w/]+)";$/gm;
const NAMES = /^(?<whole>[\w$]+)?(?:, )?(?:\{ (?<some>.+) \})?$/;

/**
 * Modules that take milliseconds to load. The program imports only functions of them, and the first
 * call of such a function loads its module.
 */
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
