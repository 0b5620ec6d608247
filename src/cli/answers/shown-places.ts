import type { CitedPlace } from "../../record/cited-places.ts";

/** Sorts places by line and column. A record lists the places of the header first. */
export function byLine(places: readonly CitedPlace[]): readonly CitedPlace[] {
  return places.toSorted((one, other) => one.line - other.line || (one.column ?? 0) - (other.column ?? 0));
}

/** Returns the reference as the file has it, with its section. */
export function writtenTarget({ target, section }: CitedPlace): string {
  if (section === undefined || target.endsWith(section)) return target;
  return `${target}${section.startsWith("#") ? "" : " "}${section}`;
}
