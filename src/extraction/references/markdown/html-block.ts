/**
 * Returns how the HTML block ends that starts with the line `rest`: at a pattern, or at a blank
 * line. Returns `undefined` if no block starts. Inside a block, Markdown's links are only text.
 */
export function htmlBlockEnd(rest: string, isInParagraph: boolean): RegExp | "blank" | undefined {
  const start = rest.slice(0, MAX_START);
  if (RAW.test(start)) return RAW_END;
  if (start.startsWith("<!--")) return COMMENT_END;
  if (start.startsWith("<?")) return INSTRUCTION_END;
  if (start.startsWith("<![CDATA[")) return CDATA_END;
  if (DECLARATION.test(start)) return DECLARATION_END;
  if (BLOCK.test(start)) return "blank";
  return !isInParagraph && rest.length < MAX_TAG && ALONE.test(rest) ? "blank" : undefined;
}

const RAW = /^<(?:script|pre|style|textarea)(?:[\s>]|$)/i;
const RAW_END = /<\/(?:script|pre|style|textarea)>/i;
const COMMENT_END = /-->/;
const INSTRUCTION_END = /\?>/;
const CDATA_END = /\]\]>/;
const DECLARATION = /^<![A-Za-z]/;
const DECLARATION_END = />/;
const BLOCK =
  /^<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:[\s>]|\/>|$)/i;
/** A whole tag alone on its line. */
const ALONE = /^<(?:[A-Za-z][\w-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?|\/[A-Za-z][\w-]*\s*)>\s*$/;
const MAX_START = 40;
/** Characters of a tag. */
const MAX_TAG = 2_000;
