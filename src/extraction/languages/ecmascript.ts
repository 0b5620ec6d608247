/**
 * The patterns that JavaScript, TypeScript and TSX share.
 *
 * Functions: declarations; methods, accessors and constructors; function and arrow expressions that are given to a
 * variable, field or property, under its name (`const x = function y() {}` is `x`); other function expressions if they have
 * a name of their own. `module.exports = function f() {}` is `f`. Methods of object literals belong to no class.
 */
export const ECMASCRIPT_PATTERNS = `
  (function_declaration name: (_) @name) @function
  (generator_function_declaration name: (_) @name) @function
  (function_expression name: (_) @name) @function
  (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression) (generator_function)] @value) @function
  (assignment_expression
    left: [(identifier) @name (member_expression property: (_) @name)]
    right: [(arrow_function) (function_expression) (generator_function)] @value
    (#not-eq? @name "exports")) @function
  (pair key: (_) @name value: [(arrow_function) (function_expression) (generator_function)] @value) @function
  (object (method_definition name: (_) @name) @function)
  (class_body (method_definition name: (_) @name) @callable)
  (class_declaration name: (_) @name) @class
  (class name: (_) @name) @class
  (variable_declarator name: (identifier) @name value: (class !name)) @class
  (export_statement (decorator) @prefix)
  (comment) @comment
`;

/** Further file names that programs in these languages have. */
export const ECMASCRIPT_INTERPRETERS: readonly string[] = ["node", "nodejs"];

/** A line of these words alone begins the statement that a definition is in. */
export const ECMASCRIPT_LEAD_IN: RegExp = /^\s*(?:(?:export|default|declare|abstract|async|const|let|var|static)\s+)+$/;
