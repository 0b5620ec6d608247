import { documentLines, type DocumentLine } from "./document-lines.ts";
import type { DocumentParts } from "./document-parts.ts";
import { linkReference } from "../link-target.ts";

/**
 * Reads the links, headings and anchors of a reStructuredText document: hyperlinks and their
 * targets, roles and directives that name files, and the entries of tables of contents. Ignores the
 * lines that are indented below `::` or below a directive of code.
 */
export function readRestructuredText(text: string): DocumentParts {
  const parts: DocumentParts = { links: [], headings: [], comments: [] };
  const lines = documentLines(text);
  const levels = new Map<string, number>();
  /**
   * The open block: code, or entries of a table of contents. It lasts while lines are indented
   * deeper than `indent`.
   */
  let block: { readonly indent: number; readonly isTree: boolean } | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const indent = line.text.search(/\S/);
    if (indent === -1) continue;
    if (block !== undefined && indent <= block.indent) block = undefined;
    if (block !== undefined) {
      if (block.isTree) readEntry(line, parts);
      continue;
    }
    if (indent === 0 && isTitle(lines, index, parts, levels)) {
      index++;
      continue;
    }
    if (DIRECTIVE.test(line.text)) readDirective(line, parts);
    else if (!COMMENT.test(line.text)) readInline(line, parts);
    if (TREE.test(line.text)) block = { indent, isTree: true };
    else if (CODE.test(line.text) || (line.text.trimEnd().endsWith("::") && !DIRECTIVE.test(line.text))) block = { indent, isTree: false };
  }
  return parts;
}

/**
 * True for a title: a line of text with a line of punctuation under it that is as long. A title
 * with such a line above it too is on another level.
 */
function isTitle(lines: readonly DocumentLine[], index: number, { headings }: DocumentParts, levels: Map<string, number>): boolean {
  const { text, offset } = lines[index]!;
  const under = lines[index + 1]?.text.trimEnd() ?? "";
  const title = text.trim();
  if (!ADORNMENT.test(under) || ADORNMENT.test(title) || (under.length < title.length && under.length < 4)) return false;
  const over = index > 0 && lines[index - 1]!.text.trimEnd() === under;
  const style = over ? `${under[0]!}^` : under[0]!;
  const level = levels.get(style) ?? levels.size + 1;
  levels.set(style, level);
  headings.push({ text: title.replace(ROLE_MARKS, ""), level: Math.min(level, 6), offset });
  return true;
}

function readDirective({ text, offset }: DocumentLine, parts: DocumentParts): void {
  const anchor = ANCHOR.exec(text);
  if (anchor !== null) {
    const name = (anchor[1] ?? anchor[2])!;
    const destination = anchor[3] ?? "";
    if (destination !== "") return addLink(parts, destination.trimEnd(), offset + text.length - destination.length);
    parts.headings.push({ text: name, anchor: name, level: 0, offset });
    return;
  }
  const file = FILE_DIRECTIVE.exec(text);
  if (file !== null) addLink(parts, file[1]!.trimEnd(), offset + file[0].length - file[1]!.length);
}

function readInline({ text, offset }: DocumentLine, parts: DocumentParts): void {
  if (!text.includes("`")) return;
  for (const match of text.replace(LITERAL, (literal) => " ".repeat(literal.length)).matchAll(INLINE)) {
    const [whole, role, body = "", reference] = match;
    if (role === undefined ? reference === undefined : !FILE_ROLES.has(role)) continue;
    const inAngles = IN_ANGLES.exec(body);
    if (role === undefined && inAngles === null) continue;
    const written = inAngles?.[1] ?? body;
    const start = match.index + whole.indexOf("`") + 1 + (inAngles === null ? 0 : inAngles.index + inAngles[0].indexOf("<") + 1);
    // `name_` names a hyperlink.
    if (role !== undefined || !written.endsWith("_")) addLink(parts, written, offset + start);
  }
}

/** `title <path>`, or only the path. */
function readEntry({ text, offset }: DocumentLine, parts: DocumentParts): void {
  const entry = text.trim();
  if (entry.startsWith(":")) return;
  const inAngles = IN_ANGLES.exec(entry);
  const written = inAngles?.[1] ?? entry;
  addLink(parts, written, offset + text.lastIndexOf(written));
}

function addLink({ links }: DocumentParts, written: string, offset: number): void {
  const link = linkReference(written, offset);
  if (link !== undefined) links.push(link);
}

const ADORNMENT = /^([=\-`:'"~^_*+#<>.!$%&(),/;?@[\\\]{|}])\1+$/;
const ROLE_MARKS = /(?::[a-z:]{1,40}:)?`+|\*\*/g;
const DIRECTIVE = /^\s*\.\.\s+(?:_|\|[^|]{1,200}\|\s+image::|[\w-]+::)/;
const COMMENT = /^\s*\.\.(?:\s|$)/;
const ANCHOR = /^\s*\.\.\s+_(?:`([^`]{1,200})`|([^:`]{1,200})):(?:\s+(\S.*))?$/;
const FILE_DIRECTIVE =
  /^\s*\.\.\s+(?:\|[^|]{1,200}\|\s+)?(?:include|literalinclude|image|figure|kernel-figure|kernel-include|csv-table)::\s+(\S.*)$/;
const TREE = /^\s*\.\.\s+toctree::/;
const CODE = /^\s*\.\.\s+(?:code|code-block|sourcecode|highlight|parsed-literal|math|raw)::/;
const LITERAL = /``.{1,1000}?``/g;
const INLINE = /(?::([a-z]{1,20}):)?(?<!`)`(?!`)([^`]{1,2000})`(?!`)(__?)?/g;
const IN_ANGLES = /<([^<>]+)>$/;
const FILE_ROLES: ReadonlySet<string> = new Set(["doc", "download"]);
