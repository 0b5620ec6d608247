import type { Dialect } from "./code-text.ts";

/** Words for storage classes and qualifiers that the grammars know. */
export const SPECIFIERS: ReadonlySet<string> = new Set(
  (
    "static extern inline register auto const volatile restrict _Atomic _Noreturn noreturn __inline __inline__ __forceinline __thread " +
    "thread_local _Thread_local __extension__ constexpr consteval constinit virtual explicit friend mutable typename typedef export"
  ).split(" "),
);

/** Words that are a type, or a part of a type, on their own. */
export const BUILTIN_TYPES: ReadonlySet<string> = new Set(
  "void bool char short int long float double signed unsigned _Bool _Complex char8_t char16_t char32_t wchar_t".split(" "),
);

/** Words before the tag of a type. */
export const TYPE_KEYWORDS: ReadonlySet<string> = new Set(["struct", "union", "enum", "class"]);

/** Words that may be in or around a head, but whose parentheses are never a list of parameters. */
export const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    "__attribute__ __attribute __declspec alignas _Alignas asm __asm __asm__ typeof __typeof __typeof__ typeof_unqual decltype noexcept throw " +
    "requires sizeof alignof _Alignof static_assert _Static_assert explicit _Atomic _BitInt"
  ).split(" "),
);

/** Words of statements and expressions. They are never names, and never begin a definition. */
export const STATEMENTS: ReadonlySet<string> = new Set(
  "if else for while do switch case default return goto break continue sizeof true false nullptr".split(" "),
);

/** Words that are reserved only in C++. C has functions called `try`, `new` and `class`. */
const CPP_WORDS = (
  "class namespace template operator using public private protected concept requires final override friend virtual explicit mutable typename " +
  "export consteval constinit delete new this try catch throw noexcept decltype co_await co_return co_yield and or not"
).split(" ");

const IN_CPP: ReadonlySet<string> = new Set([
  ...STATEMENTS,
  ...CPP_WORDS,
  ...SPECIFIERS,
  ...BUILTIN_TYPES,
  ...TYPE_KEYWORDS,
  ...ATTRIBUTES,
]);
const IN_C: ReadonlySet<string> = new Set([...IN_CPP].filter((word) => !CPP_WORDS.includes(word)));

/** Returns true if a word cannot be the name of a function or class. */
export function isReserved(word: string, dialect: Dialect): boolean {
  return (dialect === "c" ? IN_C : IN_CPP).has(word);
}

/**
 * Returns true if a word is a macro for an attribute that compilers know for types, by the usual
 * names of such macros: `__packed`, `PACKED`, `aligned_8`.
 */
export function isAttribute(word: string): boolean {
  return TYPE_ATTRIBUTE.test(word);
}

const TYPE_ATTRIBUTE =
  /^_*(?:attr(?:ibute)?_+)?(?:packed|aligned|unaligned|deprecated|unused|may_alias|randomize_layout|designated_init|transparent_union)(?:_?\d+)?_*$/i;

/**
 * Returns true if a word has the spelling of macros, which functions hardly ever have: only
 * capitals, except for an `x` that stands for a count.
 */
export function looksLikeMacro(word: string): boolean {
  return MACRO.test(word);
}

const MACRO = /^_{0,3}[A-Z][A-Z0-9_]*[A-Z0-9]_?x?$/;
