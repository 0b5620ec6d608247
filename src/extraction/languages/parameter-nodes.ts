import type { Node } from "web-tree-sitter";

/** The parameters of a grammar that has no list of them: what stands in the first parentheses of the definition, these included. */
export function nodesInParentheses(callable: Node): readonly Node[] {
  const children = callable.children;
  const start = children.findIndex(({ type }) => type === "(");
  const end = children.findIndex(({ type }, index) => index > start && type === ")");
  return start === -1 || end === -1 ? [] : children.slice(start, end + 1);
}

/** The children of the first node of one of these types in `node`, breadth first, a few levels down. */
export function nodesInList(node: Node, types: ReadonlySet<string>, depth = 3): readonly Node[] {
  const children = node.children;
  const list = children.find(({ type }) => types.has(type));
  if (list !== undefined) return list.children;
  if (depth === 1) return [];
  return children.map((child) => nodesInList(child, types, depth - 1)).find(({ length }) => length > 0) ?? [];
}
