import type { FunctionKind, SymbolKind } from "../../../record/file-metadata.ts";
import type { CapturedSymbol, DefinedHead, Language } from "../language.ts";

const ASSIGNMENT = "(expression_statement (assignment left: (identifier) @name) @variable)";

/**
 * Follows Python's own `ast`. `functions` contains every `def` and `async def`, anywhere. Lambdas
 * are left out. `classes` contains every `class`. A line range goes from the line of `def` or
 * `class`, without decorators, to the end of the last statement. A method is a function directly in
 * the body of a class, or in an `if` there. `*` and `/` are not parameters. `symbols` contains
 * `type`s, and the names that the body of a module or of a class gives a value or a type to. In a
 * module, these may be in an `if` or `try`.
 */
export const python: Language = {
  name: "python",
  extensions: [".py", ".pyi", ".pyw"],
  fileNames: ["sconstruct", "sconscript", "wscript"],
  interpreters: ["python", "pypy"],
  comments: { line: ["#"], block: false, docstring: true },
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm",
  endsWithStatement: true,
  noParameter: /^[*/]$/,
  returnFields: ["return_type"],
  functionKind,
  symbolKind,
  query: `
    (function_definition name: (identifier) @name) @callable
    (class_definition name: (identifier) @name) @class
    (function_definition body: (block . (expression_statement . [(string) (concatenated_string)] @docstring .)))
    (class_definition body: (block . (expression_statement . [(string) (concatenated_string)] @docstring .)))
    (class_definition body: (block (expression_statement (assignment left: (identifier) @name) @property)))
    (type_alias_statement left: (type [(identifier) @name (generic_type (identifier) @name)])) @alias
    (comment) @comment
  `,
  topLevel: `
    (module (expression_statement
      (assignment left: [(identifier) @name (pattern_list (identifier) @name) (tuple_pattern (identifier) @name)]) @variable))
    (module (expression_statement (assignment right: (assignment left: (identifier) @name) @variable)))
    (module [
      (if_statement [(block ${ASSIGNMENT}) (_ (block ${ASSIGNMENT}))])
      (try_statement [(block ${ASSIGNMENT}) (_ (block ${ASSIGNMENT}))])
    ])
  `,
};

function functionKind({ text, start, name, className }: DefinedHead): FunctionKind | undefined {
  if (className === undefined) return undefined;
  if (name === "__init__") return "constructor";
  const decorator = DECORATOR.exec(text.slice(Math.max(0, start - MAX_DECORATOR), start))?.[1];
  if (decorator === undefined) return undefined;
  return decorator.endsWith(".setter") ? "setter" : GETTER.test(decorator) ? "getter" : undefined;
}

/** The decorator directly above a definition. */
const DECORATOR = /@([\w.]+)(?:\([^()\n]*\))?[ \t]*\r?\n?[ \t]*$/;
const GETTER = /(?:^|[._])(?:property|getter)$/;
const MAX_DECORATOR = 200;

/** A name in capitals is a constant. A name that an `Enum` gives a value to is a member. */
function symbolKind({ kind, name, className, text, ownerStart }: CapturedSymbol): SymbolKind {
  if (className !== undefined && ENUM.test(text.slice(ownerStart, ownerStart + MAX_CLASS_HEAD)) && !name.startsWith("_")) return "member";
  return kind !== "type" && CONSTANT.test(name) ? "constant" : kind;
}

const CONSTANT = /^_*[A-Z][A-Z\d_]*$/;
const ENUM = /^class\s+\w+\s*\([^()]*(?:Enum|Flag)\b/;
const MAX_CLASS_HEAD = 300;
