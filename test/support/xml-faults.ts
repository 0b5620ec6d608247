/**
 * Why a text is no well-formed document of XML 1.0, as far as documents without a DTD go;
 * `undefined` if it is one.
 */
export function xmlFault(text: string): string | undefined {
  const illegal = ILLEGAL.exec(text);
  if (illegal !== null) return `the character U+${illegal[0].codePointAt(0)?.toString(16)} may not stand in XML`;
  const open: string[] = [];
  let roots = 0;
  let at = DECLARATION.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token?.groups === undefined) return `what stands at ${at} is no part of XML: ${text.slice(at, at + 40)}`;
    const { words, comment, closed, opened, attributes = "", alone } = token.groups;
    at = TOKEN.lastIndex;
    if (words !== undefined) {
      if (open.length === 0 && words.trim() !== "") return "text stands outside of the root";
      const fault = referenceFault(words);
      if (fault !== undefined) return fault;
    } else if (comment !== undefined) {
      if (comment.includes("--")) return "a comment has --";
    } else if (closed !== undefined) {
      if (open.pop() !== closed) return `</${closed}> closes another element`;
    } else if (opened !== undefined) {
      const names = Array.from(attributes.matchAll(ATTRIBUTE), (match) => match.groups?.["name"]);
      if (new Set(names).size < names.length) return `<${opened}> has an attribute twice`;
      const fault = referenceFault(attributes);
      if (fault !== undefined) return fault;
      if (open.length === 0 && ++roots > 1) return "there are two roots";
      if (alone === "") open.push(opened);
    }
  }
  return open.length > 0 || roots === 0 ? "an element is not closed, or there is none" : undefined;
}

function referenceFault(text: string): string | undefined {
  for (const [reference, number] of text.matchAll(/&(?:#(\d+);|#x[0-9a-fA-F]+;|\w*;?)/g)) {
    if (number !== undefined ? ILLEGAL.test(String.fromCodePoint(Number(number))) : !/^&(?:amp|lt|gt|quot|apos);$/.test(reference))
      return `${reference} stands for nothing`;
  }
  return undefined;
}

const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/;
const NAME = String.raw`[A-Za-z_][\w.-]*`;
const ATTRIBUTE = new RegExp(String.raw`\s+(?<name>${NAME})="[^"<]*"`, "g");
const TOKEN = new RegExp(
  String.raw`(?<words>[^<]+)|<!--(?<comment>[^]*?)-->|<\/(?<closed>${NAME})\s*>|<(?<opened>${NAME})(?<attributes>(?:\s+${NAME}="[^"<]*")*)\s*(?<alone>\/?)>`,
  "y",
);
