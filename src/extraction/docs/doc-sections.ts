import { EMPTY_DOC_SECTIONS, type DocSections } from "../../record/file-metadata.ts";
import { isBanner, isSectionTitle, isToolDirective, tagOf } from "./line-kinds.ts";
import { joinedText, listItems, SENTENCE_END, type BodyLine } from "./list-items.ts";

/**
 * The tags that documentation may have, with the section that each tag opens. The tags for the
 * intent of a file are not here.
 */
const SECTION_OF_TAG: ReadonlyMap<string, keyof DocSections> = new Map([
  ["Function intent", "intent"],
  ["Class intent", "intent"],
  ["Class method intent", "intent"],
  ["Method intent", "intent"],
  ["Script intent", "intent"],
  ["Design principles", "designPrinciples"],
  ["Implementation details", "implementationDetails"],
  ["Design decisions", "designDecisions"],
]);

/**
 * Where documentation is. In a docstring, a text may begin with the name of a decorator, so `@x`
 * alone is not a tag there.
 */
export type DocPlace = "comment" | "docstring";

/**
 * Returns the sections of a definition's documentation. `lines` are the lines of the comment,
 * without its marks.
 *
 * If there are tags, they may come in any order. A section ends at the next tag, at a banner, or at
 * the description of parameters and results (`Args:`, `@param`, `:returns:`, …). An unknown tag
 * opens a section that is not kept. If there is no tag for the intent, the intent is the first
 * paragraph.
 */
export function docSectionsOf(lines: readonly string[], place: DocPlace): DocSections {
  const isSignatureDoc = signatureTest(lines, place);
  const untagged: number[] = [];
  const bodies = new Map<keyof DocSections, BodyLine[]>();
  let tagged = false;
  let body: BodyLine[] | undefined;
  for (const [index, text] of lines.entries()) {
    const tag = tagOf(text);
    if (tag !== undefined) {
      tagged = true;
      const section = SECTION_OF_TAG.get(tag);
      body = undefined;
      if (section !== undefined && !bodies.has(section)) bodies.set(section, (body = []));
    } else if (isBanner(text.trim()) || (tagged && isSignatureDoc(index))) {
      body = undefined;
    } else if (!tagged) {
      if (!isToolDirective(text) && !isSectionTitle(text.trim())) untagged.push(index);
    } else {
      body?.push({ text, line: index + 1 });
    }
  }
  const intent = bodies.get("intent");
  const sections: DocSections = {
    intent: intent === undefined ? firstParagraph(lines, untagged, isSignatureDoc) : joinedText(intent),
    designPrinciples: listItems(bodies.get("designPrinciples") ?? [], "sentence"),
    implementationDetails: listItems(bodies.get("implementationDetails") ?? [], "sentence"),
    designDecisions: listItems(bodies.get("designDecisions") ?? [], "sentence"),
  };
  return sections.intent === "" && !tagged ? EMPTY_DOC_SECTIONS : sections;
}

/**
 * Joins the lines of the first paragraph with spaces. `kept` are the indexes of the lines that
 * count. The paragraph ends at the first empty line, or at the first line that describes a
 * parameter or a result.
 */
function firstParagraph(lines: readonly string[], kept: readonly number[], isSignatureDoc: (index: number) => boolean): string {
  const paragraph: BodyLine[] = [];
  for (const index of kept) {
    const line = lines[index]!;
    if (line.trim() === "" && paragraph.length === 0) continue;
    const text = paragraph.length === 0 ? line.replace(SUMMARY_TAG, "").replace(PARAGRAPH_TAG, "") : line;
    if (text.trim() === "" && text !== line) continue;
    if (text.trim() === "" || (text === line && isSignatureDoc(index)) || UNDERLINE.test(text) || PARAGRAPH_TAG.test(text)) break;
    paragraph.push({ text, line: 0 });
  }
  return joinedText(paragraph);
}

/**
 * Returns a test for lines that begin the description of parameters, results and the like, in one
 * of the usual notations. A word such as "arguments:" is not a heading if it continues the sentence
 * of the line above.
 */
function signatureTest(lines: readonly string[], place: DocPlace): (index: number) => boolean {
  return (index) => {
    const line = lines[index]!;
    if (SIGNATURE_FIELD.test(line) || (place === "comment" && SIGNATURE_TAG.test(line))) return true;
    if (!SIGNATURE_HEADING.test(line)) return false;
    const above = lines[index - 1] ?? "";
    return /^\s*[A-Z]/.test(line) || SENTENCE_END.test(above) || above.trim() === "";
  };
}

const SIGNATURE_HEADING =
  /^\s*(?:(?:Args|Arguments|Parameters|Params|Returns?|Raises|Throws|Yields)\s*:|(?:Attributes|Outputs?|Examples?|Usage|Options|Notes?|Warnings?|References|See also|Todo|Environment Variables|Exit Codes|Keyword Arg(?:ument)?s|Other Parameters)\s*:?\s*$)/i;
const SIGNATURE_FIELD =
  /^\s*(?:[:@](?:param|type|returns?|rtype|raises?|arg|keyword|var|ivar|cvar|yields?|meta)\b[^:]*:|\.(?:PARAMETER|EXAMPLE|INPUTS|OUTPUTS|NOTES|LINK|COMPONENT)\b|# (?:Safety|Panics|Errors|Examples?|Arguments)\s*$)/;
const SIGNATURE_TAG = /^\s*[@\\][a-zA-Z]/;
/** Tags before the summary itself. */
const SUMMARY_TAG =
  /^\s*(?:[@\\](?:brief|short|summary|description|desc|file|fileoverview|overview|packageDocumentation|title|notice|dev)\b[: ]*|\.(?:SYNOPSIS|DESCRIPTION)\s*$)/i;
const PARAGRAPH_TAG = /^\s*<p\s*\/?>\s*/i;
/** The line under a title in reST and Markdown. */
const UNDERLINE = /^\s*(?:={3,}|-{3,}|~{3,}|\^{3,})\s*$/;
