import { readFileSync } from "node:fs";
import {
  parseSync,
  Visitor,
  type BindingPattern,
  type Directive,
  type Expression,
  type Statement,
  type VariableDeclaration,
} from "oxc-parser";
import { withKinds, type JudgedSymbols } from "./judged-symbols.ts";

type Found = { name: string; kind: string }[];

/**
 * The variables of files and namespaces, fields of classes and members of enums, by oxc's parser.
 * Without functions, classes and imports.
 */
export function symbolsByOxc(paths: readonly string[]): Map<string, JudgedSymbols> {
  const files = new Map<string, Found>();
  for (const path of paths) {
    const text = readFileSync(path, "utf8");
    const { program, errors } = parseSync(path, text);
    if (errors.length > 0) continue;
    const found: Found = [];
    const isLeftOut = (value: Expression | null): boolean => isOther(value, text);
    for (const statement of program.body) readStatement(statement, false, found, isLeftOut);
    new Visitor({
      TSEnumMember: ({ id }) =>
        void found.push({ name: id.type === "Identifier" ? id.name : text.slice(id.start + 1, id.end - 1), kind: "member" }),
      PropertyDefinition: ({ key, accessibility, value, static: isStatic, readonly }) => {
        if (key.type === "PrivateIdentifier" || accessibility === "private" || isFunction(value)) return;
        const name = text.slice(key.start, key.end).replace(/^["'[]|["'\]]$/g, "");
        found.push({ name, kind: isStatic && readonly === true ? "variable" : "property" });
      },
    }).visit(program);
    files.set(path, found);
  }
  return withKinds(files, ["variable", "property", "member"]);
}

function readStatement(
  node: Statement | Directive,
  isExported: boolean,
  found: Found,
  isLeftOut: (value: Expression | null) => boolean,
): void {
  if (node.type === "ExportNamedDeclaration" && node.declaration !== null) readStatement(node.declaration, true, found, isLeftOut);
  else if (node.type === "VariableDeclaration") readVariables(node, isExported, found, isLeftOut);
  else if (node.type === "TSModuleDeclaration" && node.body?.type === "TSModuleBlock") {
    const isAmbient = node.declare;
    const inner = node.body.body.filter(({ type }) => isAmbient || type !== "VariableDeclaration");
    for (const one of inner) readStatement(one, false, found, isLeftOut);
  } else if (node.type === "ExpressionStatement" && node.expression.type === "AssignmentExpression") {
    const { left, right } = node.expression;
    if (left.type !== "MemberExpression" || left.property.type !== "Identifier" || left.computed) return;
    const { object } = left;
    const isExports =
      (object.type === "Identifier" && object.name === "exports") ||
      (object.type === "MemberExpression" && object.object.type === "Identifier" && object.object.name === "module");
    if (isExports && !isLeftOut(right) && !/^(?:Identifier|MemberExpression|AssignmentExpression|UnaryExpression)$/.test(right.type)) {
      found.push({ name: left.property.name, kind: "variable" });
    }
  }
}

function readVariables(
  { declarations }: VariableDeclaration,
  isExported: boolean,
  found: Found,
  isLeftOut: (value: Expression | null) => boolean,
): void {
  for (const { id, init } of declarations) {
    if (isLeftOut(init)) continue;
    if (id.type === "Identifier" || isExported) for (const name of namesOf(id)) found.push({ name, kind: "variable" });
  }
}

function namesOf(pattern: BindingPattern): string[] {
  if (pattern.type === "Identifier") return [pattern.name];
  if (pattern.type === "ObjectPattern") return pattern.properties.flatMap((one) => (one.type === "Property" ? namesOf(one.value) : []));
  return [];
}

function isFunction(value: Expression | null): boolean {
  if (value?.type === "ParenthesizedExpression" || value?.type === "TSAsExpression") return isFunction(value.expression);
  return value?.type === "ArrowFunctionExpression" || value?.type === "FunctionExpression";
}

/** Returns true for a function, a class, or something imported. */
function isOther(value: Expression | null, text: string): boolean {
  if (value === null) return false;
  return (
    isFunction(value) ||
    value.type === "ClassExpression" ||
    /^(?:await\s+)?(?:require|import)\(/.test(text.slice(value.start, value.start + 100))
  );
}
