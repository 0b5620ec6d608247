/**
 * What values a field of a record takes, as data. The type parameter ties a kind to the type in `file-metadata.ts`: a table
 * that lacks a field of its type, has one more, or gives one another kind does not compile.
 */
export type Kind<T> = KindData & { readonly [type]?: (value: T) => T };

declare const type: unique symbol;

export type KindData =
  /** Well-formed Unicode without NUL: every database gives it back as it was stored. A `"name"` is not empty, for an index is keyed by it. */
  | { readonly is: "text" | "name" | "path" }
  /** At least `least`, or at least the value of the field `least` before it in the same object. */
  | { readonly is: "integer"; readonly least: number | string }
  /** A finite number of milliseconds, with a fraction. */
  | { readonly is: "time" }
  /** One of `choices`; with `withLine`, a colon and the number of a line may follow. */
  | { readonly is: "choice"; readonly choices: readonly string[]; readonly withLine: boolean }
  | ListData
  | ObjectData;

export interface ListData {
  readonly is: "list";
  readonly of: KindData;
}

export interface ObjectData {
  readonly is: "object";
  readonly copy: Copy;
  /** In the order in which every record has them. */
  readonly fields: readonly FieldData[];
}

/** Makes an object with the same own fields. */
export type Copy = (value: object) => object;

export interface FieldData {
  readonly key: string;
  readonly kind: KindData;
  /** Whether it may be missing, and then stays so. */
  readonly isOptional: boolean;
  /** Whether it may be left out of what is given: the record then has an empty list. */
  readonly isEmptyIfMissing: boolean;
}

/** What a field that may be missing takes. */
export interface Optional<T> {
  readonly optional: Kind<T>;
}

/** A kind for each field of `T`, and no other. */
export type Fields<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Kind<T[K]>;
};

export const text: Kind<string> = { is: "text" };
export const name: Kind<string> = { is: "name" };
export const time: Kind<number> = { is: "time" };

export function integer(least: number | string): Kind<number> {
  return { is: "integer", least };
}

export function choice<T extends string>(choices: readonly T[]): Kind<T> {
  return { is: "choice", choices, withLine: false };
}

export function choiceWithLine<T extends string>(choices: readonly T[]): Kind<T | `${T}:${number}`> {
  return { is: "choice", choices, withLine: true };
}

export function list<T>(of: Kind<T>): Kind<readonly T[]> {
  return { is: "list", of };
}

export function optional<T>(kind: Kind<T>): Optional<T> {
  return { optional: kind };
}

/** `copy` is `(value) => ({ ...value })`, written out for each table: V8 then knows for each of them what it copies, which is five times as fast. */
export function object<T>(copy: Copy, fields: Fields<T>): Kind<T> & ObjectData {
  const table = fields as Readonly<Record<string, KindData | { readonly optional: KindData }>>;
  return {
    is: "object",
    copy,
    fields: Object.entries(table).map(([key, field]) =>
      "optional" in field
        ? { key, kind: field.optional, isOptional: true, isEmptyIfMissing: false }
        : { key, kind: field, isOptional: false, isEmptyIfMissing: false },
    ),
  };
}

/** Whether every value of the kind is a string. */
export function isText({ is }: KindData): boolean {
  return is === "text" || is === "name" || is === "path" || is === "choice";
}

/** What matches is one of `choices`, perhaps with a colon and the number of a line. */
export function choicePattern(choices: readonly string[]): RegExp {
  return new RegExp(`^(${choices.join("|")})(?::[1-9][0-9]{0,14})?$`);
}
