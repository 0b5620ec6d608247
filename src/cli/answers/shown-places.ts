import type { CitedPlace } from "../../record/cited-places.ts";

/** A line of a tagged header is a comment, too: it is shown once, with the column that the comment tells. In the order of the lines. */
export function seenOnce(places: readonly CitedPlace[]): readonly CitedPlace[] {
  const headers = new Set(places.filter(({ form }) => form === "header").map(keyOf));
  const others = new Map(places.filter(({ form }) => form !== "header").map((place) => [keyOf(place), place]));
  const shown = places.flatMap((place) => {
    if (place.form === "header") return { ...place, column: others.get(keyOf(place))?.column };
    return headers.has(keyOf(place)) ? [] : place;
  });
  return shown.sort((one, other) => one.line - other.line || (one.column ?? 0) - (other.column ?? 0));
}

function keyOf({ line, target }: CitedPlace): string {
  return `${line}\0${target}`;
}

/** What is written there, with its section. */
export function writtenTarget({ target, section }: CitedPlace): string {
  if (section === undefined || target.endsWith(section)) return target;
  return `${target}${section.startsWith("#") ? "" : " "}${section}`;
}
