import type { Language } from "../language.ts";

/**
 * As Python's own `ast` has it: functions are every `def` and `async def`, anywhere; classes every `class`. A line range
 * runs from the `def` or `class` line, without decorators, to the end of the last statement. Lambdas are none.
 * A method is a function directly in a class's body (also in an `if` there). `*` and `/` are no parameters.
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
  query: `
    (function_definition name: (identifier) @name) @callable
    (class_definition name: (identifier) @name) @class
    (function_definition body: (block . (expression_statement . [(string) (concatenated_string)] @docstring .)))
    (class_definition body: (block . (expression_statement . [(string) (concatenated_string)] @docstring .)))
    (comment) @comment
  `,
};
