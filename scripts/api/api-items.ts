import type { Class, ClassElement, Program, TSSignature, TSInterfaceDeclaration } from "oxc-parser";
import { declaredNames, originOf, parse, type Parsed, type Source } from "./api-declarations.ts";

/** A part of an exported class or interface. Overloads are one member of several signatures. */
export interface ApiMember {
  readonly name: string;
  readonly signatures: readonly string[];
  /**
   * Empty if there is no doc comment, neither here nor at the member that this one extends or
   * implements.
   */
  readonly doc: string;
}

/** A declared name, as a page shows it. */
export interface ApiItem {
  readonly kind: "class" | "constant" | "function" | "interface" | "type";
  readonly signatures: readonly string[];
  readonly doc: string;
  /** The members of a class or an interface. */
  readonly members: readonly ApiMember[];
  /** The names that it extends or implements, as written in the program. */
  readonly bases: readonly string[];
}

type Statement = Program["body"][number];
type Member = ClassElement | TSSignature;
type Shape = Class | TSInterfaceDeclaration;

export function itemOf(source: Source): ApiItem {
  const file = parse(source.file);
  const nodes = file.program.body.filter((node) => declaredNames(node).includes(source.name));
  const shapes = nodes.flatMap((node) => shapeOf(node) ?? []);
  return {
    kind: kindOf(nodes[0]),
    signatures: nodes.map((node) => declarationText(file, node, shapeOf(node))),
    doc: nodes.map((node) => docBefore(file, node.start)).find((doc) => doc !== "") ?? "",
    members: shapes.flatMap((shape) => membersOf(source, file, shape)),
    bases: shapes.flatMap((shape) => baseNames(file, shape)),
  };
}

function declarationOf(node: Statement): Statement {
  return node.type === "ExportNamedDeclaration" && node.declaration !== null ? node.declaration : node;
}

function shapeOf(node: Statement): Shape | undefined {
  const declaration = declarationOf(node);
  return declaration.type === "ClassDeclaration" || declaration.type === "TSInterfaceDeclaration" ? declaration : undefined;
}

function kindOf(node: Statement | undefined): ApiItem["kind"] {
  switch (node === undefined ? undefined : declarationOf(node).type) {
    case "ClassDeclaration":
      return "class";
    case "TSInterfaceDeclaration":
      return "interface";
    case "TSTypeAliasDeclaration":
      return "type";
    case "VariableDeclaration":
      return "constant";
    default:
      return "function";
  }
}

/**
 * Returns the whole declaration with its comments. Of a class or an interface, only the part before
 * its members.
 */
function declarationText(file: Parsed, node: Statement, shape: Shape | undefined): string {
  const text = shape === undefined ? file.source.slice(node.start, node.end) : file.text.slice(node.start, shape.body.start);
  const declaration = tidy(text)
    .replace(/^export /, "")
    .replace(/^declare /, "")
    .replace(/;$/, "")
    .replaceAll(/\(typeof (\w+)\)\[number\]/g, (written, list: string) => valuesOf(file, list) ?? written);
  return declaration.length > 100 && !declaration.includes("\n")
    ? declaration.replaceAll(" | ", "\n  | ").replace(" = ", " =\n  | ")
    : declaration;
}

/**
 * Returns the members of a list of texts as a union, or `undefined` if the type is no such list.
 */
function valuesOf(file: Parsed, list: string): string | undefined {
  const [, values] = new RegExp(String.raw`const ${list}: readonly \[([^\]]*)\]`).exec(file.text) ?? [];
  return values === undefined || values.includes("...") ? undefined : values.split(", ").join(" | ");
}

function tidy(text: string): string {
  return text
    .replaceAll(/\n\s*\n/g, "\n")
    .replaceAll(/^( +)/gm, (blanks) => blanks.slice(0, blanks.length / 2))
    .trim();
}

/** Returns the text of the doc comment that ends right before `start`. */
function docBefore(file: Parsed, start: number): string {
  const comment = file.comments.findLast(({ type, end, value }) => type === "Block" && value.startsWith("*") && end <= start);
  if (comment === undefined || file.source.slice(comment.end, start).trim() !== "") return "";
  return comment.value
    .slice(1)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}

function membersOf(source: Source, file: Parsed, shape: Shape): readonly ApiMember[] {
  const members = new Map<string, { signatures: string[]; doc: string }>();
  for (const member of shape.body.body) {
    const name = nameOf(file, member);
    if (name === undefined) continue;
    const known = members.get(name) ?? { signatures: [], doc: "" };
    known.signatures.push(tidy(file.text.slice(member.start, member.end)).replace(/;$/, ""));
    known.doc ||= docBefore(file, member.start);
    members.set(name, known);
  }
  return [...members].map(([name, { signatures, doc }]) => ({ name, signatures, doc: doc || inheritedDoc(source, name) }));
}

/** Returns `undefined` for a member that is not public. */
function nameOf(file: Parsed, member: Member): string | undefined {
  if ("accessibility" in member && (member.accessibility === "private" || member.accessibility === "protected")) return undefined;
  if (!("key" in member)) return member.type === "StaticBlock" ? undefined : tidy(file.text.slice(member.start, member.end));
  if (member.key.type === "PrivateIdentifier") return undefined;
  const name = file.text.slice(member.key.start, member.key.end);
  return member.computed ? `[${name}]` : name;
}

function baseNames(file: Parsed, shape: Shape): readonly string[] {
  const nodes =
    shape.type === "TSInterfaceDeclaration"
      ? shape.extends.map(({ expression }) => expression)
      : [...(shape.superClass === null ? [] : [shape.superClass]), ...(shape.implements ?? []).map(({ expression }) => expression)];
  return nodes.map(({ start, end }) => file.text.slice(start, end));
}

/**
 * If a member has no doc comment, editors show that of the member that it extends or implements.
 */
function inheritedDoc(source: Source, name: string): string {
  const file = parse(source.file);
  const shapes = file.program.body.filter((node) => declaredNames(node).includes(source.name)).flatMap((node) => shapeOf(node) ?? []);
  for (const base of shapes.flatMap((shape) => baseNames(file, shape))) {
    const origin = originOf(source.file, base);
    const doc = origin === undefined ? undefined : itemOf(origin).members.find((member) => member.name === name)?.doc;
    if (doc !== undefined && doc !== "") return doc;
  }
  return "";
}
