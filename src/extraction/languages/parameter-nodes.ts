import type { Node } from "web-tree-sitter";

/**
 * Returns the parameters if the grammar has no node for their list: all nodes from the first `(` of
 * the definition to the next `)`, including both.
 */
export function nodesInParentheses(callable: Node): readonly Node[] {
  const children = callable.children;
  const start = children.findIndex(({ type }) => type === "(");
  const end = children.findIndex(({ type }, index) => index > start && type === ")");
  return start === -1 || end === -1 ? [] : children.slice(start, end + 1);
}

/**
 * Searches `node` breadth first, down to `depth` levels, for a node of one of these types. Returns
 * the children of the first one.
 */
export function nodesInList(node: Node, types: ReadonlySet<string>, depth = 3): readonly Node[] {
  const children = node.children;
  const list = children.find(({ type }) => types.has(type));
  if (list !== undefined) return list.children;
  if (depth === 1) return [];
  return children.map((child) => nodesInList(child, types, depth - 1)).find(({ length }) => length > 0) ?? [];
}
