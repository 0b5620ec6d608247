import { entriesOf, exportedNames, keyOf, originOf, type Source, sourceOf } from "./api-declarations.ts";
import { type ApiItem, type ApiMember, itemOf } from "./api-items.ts";
import { wrapProse } from "../prose/wrap-prose.ts";

/** An exported name, and where it is described: once, also if several entry points export it. */
interface Export {
  readonly entry: string;
  readonly name: string;
  readonly source: Source;
  readonly item: ApiItem;
}

const MADE = "<!-- Made from the doc comments by `npm run api:update`: change those, not this page. -->";
const GROUPS: readonly (readonly [ApiItem["kind"], string])[] = [
  ["function", "Functions"],
  ["constant", "Constants"],
  ["class", "Classes"],
  ["interface", "Interfaces"],
  ["type", "Types"],
];

/**
 * Returns the pages of the API by their names in `docs/api/`: one page for each entry point and
 * each class.
 */
export function renderPages(root: string): ReadonlyMap<string, string> {
  const exported = exportsOf(root);
  const homes = homesOf(exported);
  const pages = new Map<string, string>();
  for (const { entry } of entriesOf(root)) {
    const own = exported.filter((each) => each.entry === entry);
    pages.set(entryPage(entry), entryText(entry, own, homes));
    for (const each of own) {
      const page = classPage(each.name);
      if (each.item.kind === "class") pages.set(page, pages.get(page) ?? classText(each, homes));
    }
  }
  return new Map([...pages].map(([page, text]) => [page, `${wrapProse(text).trimEnd()}\n`]));
}

/**
 * Returns each exported name, and each member of one, that has no doc comment: an editor shows
 * nothing for it. Members such as `[Symbol.dispose]` need no comment, because the language defines
 * them.
 */
export function undocumented(root: string): readonly string[] {
  const found = exportsOf(root).flatMap(({ name, source, item }) => {
    const members = item.members
      .filter(({ name: member, doc }) => doc === "" && !member.startsWith("["))
      .map((member) => `${name}.${member.name}`);
    return [...(item.doc === "" ? [name] : []), ...members].map((each) => `${each} (${source.file.slice(root.length + 1)})`);
  });
  return [...new Set(found)].sort();
}

function exportsOf(root: string): readonly Export[] {
  return entriesOf(root).flatMap(({ entry, file }) =>
    exportedNames(file).flatMap((name) => {
      const source = sourceOf(file, name);
      return source === undefined ? [] : [{ entry, name, source, item: itemOf(source) }];
    }),
  );
}

function entryPage(entry: string): string {
  return `${entry.replaceAll("/", "-")}.md`;
}

function classPage(name: string): string {
  return `${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}.md`;
}

/**
 * The place where each declaration is described: a page, and on the page of an entry point also a
 * heading.
 */
function homesOf(exported: readonly Export[]): ReadonlyMap<string, string> {
  const homes = new Map<string, string>();
  for (const { entry, name, source, item } of exported) {
    const home = item.kind === "class" ? classPage(name) : `${entryPage(entry)}#${name.toLowerCase()}`;
    if (!homes.has(keyOf(source))) homes.set(keyOf(source), home);
  }
  return homes;
}

function entryText(entry: string, exported: readonly Export[], homes: ReadonlyMap<string, string>): string {
  const here = exported.filter(
    ({ item, name, source }) => item.kind !== "class" && homes.get(keyOf(source)) === `${entryPage(entry)}#${name.toLowerCase()}`,
  );
  const sections = GROUPS.flatMap(([kind, title]) => {
    const items = exported.filter(({ item }) => item.kind === kind);
    if (items.length === 0) return [];
    const rows = items.map(({ name, source, item }) => `| [\`${name}\`](${homes.get(keyOf(source)) ?? ""}) | ${firstSentence(item.doc)} |`);
    return [
      `## ${title}\n\n| name | |\n| --- | --- |\n${rows.join("\n")}`,
      ...here.filter(({ item }) => item.kind === kind).map((each) => section(each, homes)),
    ];
  });
  return [`# ${entry}`, MADE, ...sections].join("\n\n");
}

/** Formats a text for a row of a table. */
function firstSentence(doc: string): string {
  const [paragraph = ""] = doc.split(/\n\s*\n|\n- /);
  const text = paragraph.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  return /^.*?[^.][.:](?= [A-Z]|$)/.exec(text)?.[0].replace(/:$/, ".") ?? text;
}

function section({ name, source, item }: Export, homes: ReadonlyMap<string, string>): string {
  const parts = [`### ${name}`, linked(item.doc, source, homes)];
  if (item.kind !== "interface") parts.push(code(item.signatures), mentions(item.signatures, name, source, homes));
  parts.push(heritage(item, source, homes), item.members.map((member) => line(member, source, homes)).join("\n"));
  return parts.filter((part) => part !== "").join("\n\n");
}

function classText({ entry, name, source, item }: Export, homes: ReadonlyMap<string, string>): string {
  const members = item.members.map((member) => {
    const { signatures } = member;
    const parts = [`## ${member.name}`, code(signatures), linked(member.doc, source, homes), mentions(signatures, name, source, homes)];
    return parts.filter((part) => part !== "").join("\n\n");
  });
  const from = `Exported by [${entry}](${entryPage(entry)}).`;
  return [`# ${name}`, MADE, linked(item.doc, source, homes), from, heritage(item, source, homes), ...members]
    .filter((part) => part !== "")
    .join("\n\n");
}

function code(signatures: readonly string[]): string {
  return `\`\`\`ts\n${signatures.join("\n")}\n\`\`\``;
}

function heritage({ bases }: ApiItem, source: Source, homes: ReadonlyMap<string, string>): string {
  return bases.length === 0 ? "" : `Has all of ${bases.map((base) => linkTo(base, source, homes) ?? `\`${base}\``).join(" and ")}.`;
}

/** Formats a member of an interface as an item of a list. */
function line({ signatures, doc }: ApiMember, source: Source, homes: ReadonlyMap<string, string>): string {
  const text = signatures.map((signature) => `\`${signature.replace(/^readonly /, "").replaceAll(/\s+/g, " ")}\``).join(", ");
  const links = linksIn(signatures, "", source, homes);
  const paragraphs = linked(doc, source, homes).split(/\n\s*\n/);
  const [first = "", ...rest] = paragraphs.map((paragraph) => paragraph.replaceAll("\n", "\n  "));
  const head = `- ${text}${links.length === 0 ? "" : ` (${links.join(", ")})`}${first === "" ? "" : `: ${first}`}`;
  return [head, ...rest.map((paragraph) => `  ${paragraph}`)].join("\n\n");
}

function mentions(signatures: readonly string[], own: string, source: Source, homes: ReadonlyMap<string, string>): string {
  const links = linksIn(signatures, own, source, homes);
  return links.length === 0 ? "" : `Types: ${links.join(", ")}.`;
}

function linksIn(signatures: readonly string[], own: string, source: Source, homes: ReadonlyMap<string, string>): readonly string[] {
  const text = signatures.join("\n").replaceAll(/"[^"\n]*"|\/\*[^]*?\*\//g, "");
  const names = new Set((text.match(/\b[A-Z]\w*\b/g) ?? []).filter((name) => name !== own));
  return [...names].flatMap((name) => linkTo(name, source, homes) ?? []);
}

/**
 * Returns a link to the meaning of a name in the file of `source`, or `undefined` if no page
 * describes it.
 */
function linkTo(name: string, source: Source, homes: ReadonlyMap<string, string>): string | undefined {
  const origin = originOf(source.file, name);
  const home = origin === undefined ? undefined : homes.get(keyOf(origin));
  return home === undefined ? undefined : `[\`${name}\`](${home})`;
}

/** Returns a doc comment with a link at each type that its file knows. */
function linked(doc: string, source: Source, homes: ReadonlyMap<string, string>): string {
  return doc.replaceAll(/(?<!\[)`([A-Z]\w*)`(?!\])/g, (text, name: string) => linkTo(name, source, homes) ?? text);
}
