/** Words that say how something is stored or qualified, as the grammars know them. */
export const SPECIFIERS: ReadonlySet<string> = new Set(
  (
    "static extern inline register auto const volatile restrict _Atomic _Noreturn noreturn __inline __inline__ __forceinline __thread " +
    "thread_local _Thread_local __extension__ constexpr consteval constinit virtual explicit friend mutable typename typedef export"
  ).split(" "),
);

/** Words that are a type, or a part of one, on their own. */
export const BUILTIN_TYPES: ReadonlySet<string> = new Set(
  "void bool char short int long float double signed unsigned _Bool _Complex char8_t char16_t char32_t wchar_t".split(" "),
);

/** Words before the tag of a type. */
export const TYPE_KEYWORDS: ReadonlySet<string> = new Set(["struct", "union", "enum", "class"]);

/** Words whose parentheses are never a list of parameters, although they may stand in or around a head. */
export const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    "__attribute__ __attribute __declspec alignas _Alignas asm __asm __asm__ typeof __typeof __typeof__ typeof_unqual decltype noexcept throw " +
    "requires sizeof alignof _Alignof static_assert _Static_assert explicit _Atomic _BitInt"
  ).split(" "),
);

/** Words of statements and expressions: never a name, and never the beginning of a definition. */
export const STATEMENTS: ReadonlySet<string> = new Set(
  (
    "if else for while do switch case default return goto break continue try catch new delete this sizeof co_await co_return co_yield " +
    "and or not true false nullptr"
  ).split(" "),
);

/** Every word that cannot be the name of a function or class. */
export function isReserved(word: string): boolean {
  return (
    STATEMENTS.has(word) ||
    SPECIFIERS.has(word) ||
    BUILTIN_TYPES.has(word) ||
    TYPE_KEYWORDS.has(word) ||
    ATTRIBUTES.has(word) ||
    OTHERS.has(word)
  );
}

const OTHERS: ReadonlySet<string> = new Set("template namespace operator using public private protected concept final override".split(" "));

/** How macros are written, and hardly ever a function: capitals only, but for the `x` that stands for a count. */
export function looksLikeMacro(word: string): boolean {
  return MACRO.test(word);
}

const MACRO = /^_{0,3}[A-Z][A-Z0-9_]*[A-Z0-9]_?x?$/;
