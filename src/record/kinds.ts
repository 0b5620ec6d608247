/**
 * Says, as data, which values a field of a record takes. The type parameter ties a kind to a type
 * in `file-metadata.ts`. A table does not compile if a field is missing, if it has an extra field,
 * or if a field has another kind than its type.
 */
export type Kind<T> = KindData & { readonly [type]?: (value: T) => T };

declare const type: unique symbol;

export type KindData =
  /**
   * Well-formed Unicode without NUL, because every database returns such text as it was stored. A
   * `"name"` is not empty, because it is the key of an index.
   */
  | { readonly is: "text" | "name" | "path" }
  /**
   * A number that is at least `least`. If `least` is a string, it names an earlier field of the
   * same object, and the number is at least the value of that field.
   */
  | { readonly is: "integer"; readonly least: number | string }
  /** A finite number of milliseconds. It may have a fraction. */
  | { readonly is: "time" }
  /** One of `choices`. If `withLine` is true, a colon and a line number may follow. */
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
  /** The fields, in the order that every record has. */
  readonly fields: readonly FieldData[];
}

/** Makes an object that has the same own fields. */
export type Copy = (value: object) => object;

export interface FieldData {
  readonly key: string;
  readonly kind: KindData;
  /** True if the field may be missing. The record then has no such field. */
  readonly isOptional: boolean;
  /** True if the caller may leave the field out. The record then has an empty list. */
  readonly isEmptyIfMissing: boolean;
}

/** The kind of a field that may be missing. */
export interface Optional<T> {
  readonly optional: Kind<T>;
}

/** One kind for each field of `T`, and no others. */
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

/**
 * `copy` is always `(value) => ({ ...value })`, but each table writes it out. V8 then knows for
 * each table what it copies. That is five times as fast.
 */
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

/** True if every value of the kind is a string. */
export function isText({ is }: KindData): boolean {
  return is === "text" || is === "name" || is === "path" || is === "choice";
}

/** The pattern matches one of `choices`, with or without a colon and a line number after it. */
export function choicePattern(choices: readonly string[]): RegExp {
  return new RegExp(`^(${choices.join("|")})(?::[1-9][0-9]{0,14})?$`);
}
