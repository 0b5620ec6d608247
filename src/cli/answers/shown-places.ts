import type { CitedPlace } from "../../record/cited-places.ts";

/** Those of the header, which come first in a record, among the others. */
export function byLine(places: readonly CitedPlace[]): readonly CitedPlace[] {
  return places.toSorted((one, other) => one.line - other.line || (one.column ?? 0) - (other.column ?? 0));
}

/** What is written there, with its section. */
export function writtenTarget({ target, section }: CitedPlace): string {
  if (section === undefined || target.endsWith(section)) return target;
  return `${target}${section.startsWith("#") ? "" : " "}${section}`;
}
