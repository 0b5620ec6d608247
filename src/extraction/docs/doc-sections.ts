import { EMPTY_DOC_SECTIONS, type DocSections } from "../../model/file-metadata.ts";
import { isBanner, isToolDirective, tagOf } from "./line-kinds.ts";
import { joinedText, listItems, type BodyLine } from "./list-items.ts";

/** The tags that documentation may have, with the section that each one opens. Those of a file's intent are not among them. */
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

/** Where documentation stands. In a docstring, text may begin with the name of a decorator: `@x` alone is no tag there. */
export type DocPlace = "comment" | "docstring";

/**
 * The sections of a definition's documentation, given line by line without its comment's marks.
 *
 * With tags, in any order: each section reaches to the next tag (an unknown one opens a section that is not kept),
 * a banner, or the description of parameters and results (`Args:`, `@param`, `:returns:`, …). Without a tag for
 * the intent, the intent is the first paragraph.
 */
export function docSectionsOf(lines: readonly string[], place: DocPlace): DocSections {
  const isSignatureDoc = place === "comment" ? describesSignature : docstringDescribesSignature;
  const bodies = new Map<keyof DocSections, BodyLine[]>();
  const untagged: string[] = [];
  let tagged = false;
  let body: BodyLine[] | undefined;
  for (const [index, text] of lines.entries()) {
    const tag = tagOf(text);
    if (tag !== undefined) {
      tagged = true;
      const section = SECTION_OF_TAG.get(tag);
      body = undefined;
      if (section !== undefined && !bodies.has(section)) bodies.set(section, (body = []));
    } else if (isBanner(text.trim()) || (tagged && isSignatureDoc(text))) {
      body = undefined;
    } else if (!tagged) {
      if (!isToolDirective(text)) untagged.push(text);
    } else {
      body?.push({ text, line: index + 1 });
    }
  }
  const intent = bodies.get("intent");
  const sections: DocSections = {
    intent: intent === undefined ? firstParagraph(untagged, isSignatureDoc) : joinedText(intent),
    designPrinciples: listItems(bodies.get("designPrinciples") ?? [], "sentence"),
    implementationDetails: listItems(bodies.get("implementationDetails") ?? [], "sentence"),
    designDecisions: listItems(bodies.get("designDecisions") ?? [], "sentence"),
  };
  return sections.intent === "" && !tagged ? EMPTY_DOC_SECTIONS : sections;
}

/** The lines up to the first empty one or the first that describes a parameter or result, joined by a space. */
function firstParagraph(lines: readonly string[], isSignatureDoc: (line: string) => boolean): string {
  const paragraph: BodyLine[] = [];
  for (const line of lines) {
    if (line.trim() === "" && paragraph.length === 0) continue;
    const text = line.replace(SUMMARY_TAG, "");
    if (text.trim() === "" && text !== line) continue;
    if (text.trim() === "" || isSignatureDoc(text) || UNDERLINE.test(text) || PARAGRAPH_TAG.test(text)) break;
    paragraph.push({ text, line: 0 });
  }
  return joinedText(paragraph);
}

/** Whether a line begins what documentation says of parameters, results and the like, in one of the usual notations. */
function describesSignature(line: string): boolean {
  return SIGNATURE_HEADING.test(line) || SIGNATURE_FIELD.test(line) || SIGNATURE_TAG.test(line);
}

function docstringDescribesSignature(line: string): boolean {
  return SIGNATURE_HEADING.test(line) || SIGNATURE_FIELD.test(line);
}

const SIGNATURE_HEADING =
  /^\s*(?:(?:Args|Arguments|Parameters|Params|Returns?|Raises|Throws|Yields)\s*:|(?:Attributes|Outputs?|Examples?|Usage|Options|Notes?|Warnings?|References|See also|Todo|Environment Variables|Exit Codes|Keyword Arg(?:ument)?s|Other Parameters)\s*:?\s*$)/i;
const SIGNATURE_FIELD =
  /^\s*(?:[:@](?:param|type|returns?|rtype|raises?|arg|keyword|var|ivar|cvar|yields?|meta)\b[^:]*:|# (?:Safety|Panics|Errors|Examples?|Arguments)\s*$)/;
const SIGNATURE_TAG = /^\s*[@\\][a-zA-Z]/;
/** Tags that stand before the summary itself. */
const SUMMARY_TAG = /^\s*[@\\](?:brief|short|summary|description|desc|file|fileoverview|overview|packageDocumentation)\b[: ]*/i;
const PARAGRAPH_TAG = /^\s*<p\s*\/?>/i;
/** What underlines a title in reST and Markdown. */
const UNDERLINE = /^\s*(?:={3,}|-{3,}|~{3,}|\^{3,})\s*$/;
