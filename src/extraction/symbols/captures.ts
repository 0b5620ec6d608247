import {
  CLASS_KINDS,
  FUNCTION_KINDS,
  SYMBOL_KINDS,
  type ClassKind,
  type FunctionKind,
  type SymbolKind,
} from "../../record/file-metadata.ts";

/** What the main capture of a pattern says about a node (see `Language`). */
export type Captured =
  | { readonly role: "callable"; readonly kind?: FunctionKind }
  | { readonly role: "function" }
  | { readonly role: "class"; readonly kind?: ClassKind }
  /** Has a record like a class, but owns nothing: definitions inside it belong to no class. */
  | { readonly role: "place"; readonly kind: ClassKind }
  | { readonly role: "scope" }
  | { readonly role: "symbol"; readonly kind: SymbolKind };

/** The captures that define something, by name. */
export const CAPTURES: ReadonlyMap<string, Captured> = new Map<string, Captured>([
  ...FUNCTION_KINDS.map((kind) => [kind, { role: "callable", kind }] as const),
  ...SYMBOL_KINDS.map((kind) => [kind, { role: "symbol", kind }] as const),
  ...CLASS_KINDS.map((kind) => [kind, { role: "class", kind }] as const),
  ["callable", { role: "callable" }],
  ["function", { role: "function" }],
  ["class", { role: "class" }],
  ["namespace", { role: "place", kind: "namespace" }],
  ["inner_module", { role: "place", kind: "module" }],
  ["alias", { role: "symbol", kind: "type" }],
  ["scope", { role: "scope" }],
]);
