import type { Node } from "web-tree-sitter";

import type { DocSections } from "../../record/file-metadata.ts";
import { blockCommentLines } from "../docs/comment-lines.ts";
import { docSectionsOf } from "../docs/doc-sections.ts";
import { docstringLines, isDocstringLiteral } from "../docs/docstring.ts";
import { textOf, type Definition } from "./matches.ts";

/**
 * Assigns each docstring to the innermost definition around it. `definitions` are in the order of
 * the file.
 */
export function assignDocstrings(definitions: readonly Definition[], docstrings: readonly Node[]): ReadonlyMap<Definition, Node> {
  const assigned = new Map<Definition, Node>();
  const around: Definition[] = [];
  let next = 0;
  for (const docstring of docstrings.toSorted((a, b) => a.startIndex - b.startIndex)) {
    for (; next < definitions.length && definitions[next]!.start < docstring.startIndex; next++) {
      const definition = definitions[next]!;
      if (definition.captured.role === "symbol") continue;
      while (around.length > 0 && around.at(-1)!.end <= definition.start) around.pop();
      around.push(definition);
    }
    while (around.length > 0 && around.at(-1)!.end <= docstring.startIndex) around.pop();
    const innermost = around.at(-1);
    if (innermost !== undefined) assigned.set(innermost, docstring);
  }
  return assigned;
}

export function docstringSections(docstring: Node, text: string): DocSections {
  if (docstring.type === "comment") return docSectionsOf(blockCommentLines(textOf(docstring, text)), "comment");
  return docSectionsOf(docstringLines(literalsOf(docstring, text)), "docstring");
}

/** Returns the literals of a docstring. Returns none if one of them cannot be a docstring. */
function literalsOf(docstring: Node, text: string): string[] {
  const nodes = docstring.type === "concatenated_string" ? docstring.namedChildren.filter((child) => child.type === "string") : [docstring];
  const literals = nodes.map((node) => textOf(node, text));
  return literals.every(isDocstringLiteral) ? literals : [];
}
