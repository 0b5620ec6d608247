import type { ReferenceDirection } from "../../../query/references/references-query.ts";
import { escapeProse } from "../../../base/text/escape.ts";

export interface TreeLine {
  /** The lines that are drawn before the path. */
  readonly lead: string;
  readonly path: string;
}

/**
 * Draws the ways from each root as a tree. Each way begins with a root, and every beginning of a
 * way is also a way.
 */
export function treeLines(roots: readonly string[], ways: readonly (readonly string[])[]): readonly TreeLine[] {
  const children = new Map<string, string[]>();
  for (const way of ways) {
    for (let length = 1; length < way.length; length++) {
      const above = keyOf(way.slice(0, length));
      const own = children.get(above) ?? [];
      const below = way[length] ?? "";
      if (!own.includes(below)) own.push(below);
      children.set(above, own);
    }
  }
  const lines: TreeLine[] = [];
  const draw = (way: readonly string[], indent: string): void => {
    const own = children.get(keyOf(way)) ?? [];
    for (const [at, path] of own.entries()) {
      const isLast = at === own.length - 1;
      lines.push({ lead: `${indent}${isLast ? "└── " : "├── "}`, path });
      draw([...way, path], `${indent}${isLast ? "    " : "│   "}`);
    }
  };
  for (const root of roots) {
    lines.push({ lead: "", path: root });
    draw([root], "");
  }
  return lines;
}

function keyOf(way: readonly string[]): string {
  return way.join("\0");
}

/**
 * Draws the ways as a Mermaid flow chart, with one arrow for each reference, from the file that
 * contains it.
 */
export function mermaidLines(
  roots: readonly string[],
  ways: readonly (readonly string[])[],
  direction: ReferenceDirection,
  shown: (path: string) => string,
): readonly string[] {
  const nodes = new Map<string, string>();
  const node = (path: string): string => {
    const known = nodes.get(path);
    if (known !== undefined) return known;
    const made = `n${nodes.size}`;
    nodes.set(path, made);
    return made;
  };
  for (const root of roots) node(root);
  const arrows = new Set<string>();
  for (const way of ways) {
    for (const [at, path] of way.slice(1).entries()) {
      const [near, far] = [node(way[at] ?? ""), node(path)];
      arrows.add(direction === "in" ? `${far} --> ${near}` : `${near} --> ${far}`);
    }
  }
  const labels = Array.from(nodes, ([path, name]) => `${name}["${label(shown(path))}"]`);
  return ["graph LR", ...[...labels, ...arrows].map((line) => `  ${line}`)];
}

/**
 * Returns a label that shows exactly the path. Characters with a meaning in Mermaid are written as
 * entities.
 */
function label(text: string): string {
  return escapeProse(text).replaceAll(/[^\p{L}\p{N}\p{M} ./_+@:,~-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
