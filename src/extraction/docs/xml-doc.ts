/**
 * Returns the lines of an XML documentation comment (C#) without its tags. If there is a
 * `<summary>`, returns only its lines. A tag that stands for a name (`<see cref="X"/>`, `<paramref
 * name="x"/>`) is replaced by that name.
 */
export function xmlDocLines(lines: readonly string[]): string[] {
  const text = lines.join("\n");
  if (!text.includes("<")) return [...lines];
  const start = text.indexOf("<summary>");
  const end = text.indexOf("</summary>", start);
  const summary = start === -1 ? text : text.slice(start + "<summary>".length, end === -1 ? text.length : end);
  return summary
    .replace(REFERENCE_TAG, (_tag, name: string) => name.replace(/^[A-Z]:/, ""))
    .replace(TAG, "")
    .replace(ENTITY, (entity, name: string) => ENTITIES.get(name) ?? entity)
    .split("\n")
    .map((line) => line.trimEnd());
}

const REFERENCE_TAG = /<(?:see|seealso|paramref|typeparamref)\s+(?:cref|name|langword|href)="([^"<>]*)"\s*\/>/g;
const TAG = /<\/?[a-zA-Z][^<>]*>/g;
const ENTITY = /&(lt|gt|amp|quot|apos);/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
