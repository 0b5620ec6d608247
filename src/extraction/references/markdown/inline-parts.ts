import type { TextRange } from "../../text-range.ts";
import { closingOfCode, readDestination, tagEnd, type Destination } from "./inline-syntax.ts";

/** The parts of a block's text that are not words. */
export interface InlineParts {
  readonly destinations: readonly Destination[];
  readonly tags: readonly TextRange[];
  readonly comments: readonly TextRange[];
  /** Paths in angle brackets. */
  readonly autolinks: readonly TextRange[];
  readonly codes: readonly { readonly start: number; readonly end: number; readonly ticks: number }[];
  /** The label's part of `[text][label]`. */
  readonly labels: readonly TextRange[];
  /** From `[` to the end of the link. */
  readonly links: readonly LinkParts[];
}

interface LinkParts {
  readonly open: number;
  readonly close: number;
  readonly end: number;
  readonly isImage: boolean;
}

interface Opener {
  readonly at: number;
  readonly isImage: boolean;
}

/**
 * Reads the text of a block. In an HTML block, it reads only tags and comments. Looks at each
 * character at most a fixed number of times: it remembers what is not closed, and limits the length
 * of destinations and tags.
 */
export function inlineParts(text: string, isHtml: boolean): InlineParts {
  const destinations: Destination[] = [];
  const tags: TextRange[] = [];
  const comments: TextRange[] = [];
  const autolinks: TextRange[] = [];
  const codes: { start: number; end: number; ticks: number }[] = [];
  const labels: TextRange[] = [];
  const links: LinkParts[] = [];
  const openers: Opener[] = [];
  /** Brackets below this depth are around a link, so they are not links themselves. */
  let spent = 0;
  let hasCommentEnd = true;
  const codeEnd = closingOfCode(text);
  const marks = new RegExp(isHtml ? HTML_MARKS : MARKS);

  const closeBracket = (at: number): number => {
    const opener = openers.pop();
    const isSpent = openers.length < spent;
    spent = Math.min(spent, openers.length);
    if (opener === undefined || (isSpent && !opener.isImage)) return at + 1;
    const destination = text[at + 1] === "(" ? readDestination(text, at + 2) : undefined;
    if (destination === undefined) {
      LABEL.lastIndex = at + 1;
      const label = LABEL.exec(text)?.[0];
      if (label === undefined) return at + 1;
      labels.push({ start: at + 1, end: at + 1 + label.length });
      return at + 1;
    }
    destinations.push(destination);
    links.push({ open: opener.at, close: at, end: destination.end, isImage: opener.isImage });
    if (!opener.isImage) spent = openers.length;
    return destination.end;
  };

  const readAngle = (at: number): number => {
    if (text.startsWith("<!--", at)) {
      const end = hasCommentEnd ? text.indexOf("-->", at + 4) : -1;
      hasCommentEnd = end !== -1;
      // The comment of an HTML block may stay open to the end of the block. In a paragraph, an open
      // comment is text.
      if (end === -1 && !isHtml) return at + 4;
      comments.push({ start: at + 4, end: end === -1 ? text.length : end });
      return end === -1 ? text.length : end + 3;
    }
    URL_IN_ANGLES.lastIndex = at;
    if (URL_IN_ANGLES.test(text)) return URL_IN_ANGLES.lastIndex;
    const end = tagEnd(text, at);
    if (end !== undefined) {
      tags.push({ start: at, end });
      return end;
    }
    PATH_IN_ANGLES.lastIndex = at;
    if (isHtml || !PATH_IN_ANGLES.test(text)) return at + 1;
    autolinks.push({ start: at + 1, end: PATH_IN_ANGLES.lastIndex - 1 });
    return PATH_IN_ANGLES.lastIndex;
  };

  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const [mark] = match;
    const at = match.index;
    switch (mark[0]) {
      case "\\":
        marks.lastIndex = at + 2;
        break;
      case "`": {
        const end = codeEnd(at, mark.length);
        if (end === undefined) break;
        codes.push({ start: at, end, ticks: mark.length });
        marks.lastIndex = end;
        break;
      }
      case "<":
        marks.lastIndex = readAngle(at);
        break;
      case "]":
        marks.lastIndex = closeBracket(at);
        break;
      default:
        openers.push({ at, isImage: mark.length === 2 });
    }
  }
  return { destinations, tags, comments, autolinks, codes, labels, links };
}

const MARKS = /\\|`+|<|!?\[|\]/g;
const HTML_MARKS = /</g;
const LABEL = /\[[^[\]]{0,999}\]/y;
const URL_IN_ANGLES = /<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,2000}>/y;
const PATH_IN_ANGLES = /<[^\s<>:"=]{1,1000}\.[A-Za-z]{1,12}(?:#[^\s<>]{0,500})?>/y;
