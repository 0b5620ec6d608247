import type { RelatedFile } from "../../../query/references/references-query.ts";
import { byLine, writtenTarget } from "../../answers/shown-places.ts";
import { placeOf } from "../../answers/symbol-lines.ts";
import type { Session } from "../../session.ts";
import { quoteName } from "../../../base/text/escape.ts";
import type { Text } from "../../terminal/styled-text.ts";
import { counted, grouped } from "../../../base/text/words.ts";
import { mermaidLines, treeLines } from "./drawn-ways.ts";
import type { Relations, RelationsTarget, RelationsWanted } from "./relations.ts";

export type Shape = "list" | "mermaid" | "tree";

/** Prints one line for each reference, or draws the ways. */
export function printRelations(session: Session, relations: Relations, { direction, depth }: RelationsWanted, shape: Shape): void {
  const { output, place } = session;
  const { targets, items, revision } = relations;
  const ways = items.map(({ way }) => way);
  const roots = targets.map(({ target }) => target);
  if (shape === "mermaid") {
    for (const line of mermaidLines(roots, ways, direction, (path) => place.printed(path))) output.line(line);
    return;
  }
  if (shape === "tree") {
    for (const { lead, path } of treeLines(roots, ways))
      output.line([lead, { text: place.shown(path), style: "path", link: place.link(path) }]);
  } else output.table(items.flatMap((item) => rowsOf(session, item, { direction, depth })));
  for (const target of targets.slice(0, SHOWN_TARGETS))
    output.line(`${closing(session, target, direction, depth)}, at revision ${grouped(revision)}.`);
  if (targets.length > SHOWN_TARGETS) output.line(`And ${counted(targets.length - SHOWN_TARGETS, "other document")}.`);
  if (targets.length === 0) output.line(`0 files match, at revision ${grouped(revision)}.`);
}

const SHOWN_TARGETS = 10;

/**
 * Returns a row for each place of the last step. The row ends with the way if it may have more than
 * one step.
 */
function rowsOf(
  { place }: Session,
  { way, places: given = [], forms, path }: RelatedFile,
  { direction, depth }: Pick<RelationsWanted, "depth" | "direction">,
): readonly Text[][] {
  const places = byLine(given);
  const citing = direction === "in" ? path : (way.at(-2) ?? path);
  const related: Text = direction === "in" ? "" : [{ text: place.shown(path), style: "name" }];
  const arrow = direction === "in" ? " -> " : " <- ";
  const via: Text =
    depth === 1
      ? ""
      : [
          {
            text: way
              .toReversed()
              .map((each) => place.shown(each))
              .join(arrow),
            style: "quiet",
          },
        ];
  if (places.length === 0)
    return [[[{ text: place.shown(citing), style: "path" }], [{ text: forms.join(", "), style: "kind" }], "", related, via]];
  return places.map((cited) => [
    placeOf(place, citing, cited.line, cited.column),
    [{ text: cited.form, style: "kind" }],
    quoteName(writtenTarget(cited)),
    related,
    via,
  ]);
}

function closing(
  { place }: Session,
  { target, section, exists, total }: RelationsTarget,
  direction: RelationsWanted["direction"],
  depth: number,
): string {
  const named = `${place.shown(target)}${section === undefined ? "" : ` ${section}`}${exists ? "" : ", which does not exist"}`;
  const steps = depth === 1 ? "" : ` in up to ${counted(depth, "step")}`;
  if (direction === "out") return `${place.shown(target)} refers to ${counted(total, "file")}${steps}`;
  return `${counted(total, "file")} ${total === 1 ? "refers" : "refer"} to ${named}${steps}`;
}
