/**
 * Returns the name between the brackets of a tag line such as `[Source file intent] <!-- … -->`.
 */
export function tagOf(line: string): string | undefined {
  return line.length > MAX_TAG_LINE ? undefined : TAG_LINE.exec(line)?.[1];
}

/** Returns true if a line does nothing but separate sections. */
export function isBanner(line: string): boolean {
  return BANNER.test(line);
}

/** Returns true if a line only names the section that it begins, such as `---- reading ----`. */
export function isSectionTitle(line: string): boolean {
  return (isMark(line.charCodeAt(0)) || isMark(line.charCodeAt(line.length - 1))) && SECTION_TITLE.test(line);
}

/**
 * Returns true for the marks that a title begins or ends with, and for some other characters. Most
 * lines have none at their ends, and the pattern for titles is slow.
 */
function isMark(code: number): boolean {
  return (code >= 0x23 && code <= 0x2f) || (code >= 0x3c && code <= 0x3e) || code === 0x5f || code === 0x7e || code >= 0x2500;
}

/**
 * Returns true if a comment only separates sections: it consists of banners and at most one title.
 * `lines` are without the comment's marks.
 */
export function isBannerComment(lines: readonly string[]): boolean {
  const inner = lines.map((line) => line.trim()).filter((line) => line !== "");
  const others = inner.filter((line) => !isRule(line) && !isSectionTitle(line));
  if (others.length === 0) return true;
  const isBetweenRules = inner.length > 2 && isRule(inner[0]!) && isRule(inner.at(-1)!);
  return others.length === 1 && isBetweenRules && TITLE.test(others[0]!.replace(BORDER, ""));
}

function isRule(line: string): boolean {
  return RULE.test(line) || isBanner(line);
}

/**
 * Returns true if a line of a comment is meant for a compiler, a linter or an editor, not for a
 * reader.
 */
export function isToolDirective(line: string): boolean {
  return TOOL_DIRECTIVE.test(line);
}

/** A longer line is not a tag. If it consisted of blanks, it would be slow to match. */
const MAX_TAG_LINE = 1_000;
const TAG_LINE = /^\s*\[([^\][]+)\]\s*(?:<!--.*-->)?\s*$/;
const BANNER = /^[#/*=\-_~]{10,}$/;
/**
 * In a text, such a line may underline a title or be a rule of Markdown. If the comment has no
 * text, the line is a banner.
 */
const RULE = /^([#/*=\-_~+.<>^:|!%\u2500-\u257f\u2580-\u259f\u2014\u2013])\1{2,}$/;
/**
 * A title with rules on both sides, or with one long rule on one side. Short rules count if blanks
 * separate them from the title.
 */
const SECTION_TITLE =
  /^(?:([-=*#~_+/<>\u2500-\u259f])\1{2,}[^-=*#~_+/<>\u2500-\u259f].{0,200}[-=*#~_+/<>\u2500-\u259f]{3}|([-=*#~+/<>])\2 .{0,200} [-=*#~+/<>]{2}|([-=*#~_+/\u2500-\u259f])\3{4,}\s*[\w(].{0,200}|\w.{0,200}\s([-=*#~_+/\u2500-\u259f])\4{4,})$/;
/** The marks that a box has on both sides of its title. */
const BORDER = /^([*#|/;])\1*\s+|\s+([*#|/;])\2*$/g;
/** A few words without a full stop are a title. */
const TITLE = /^\S+(?: \S+){0,4}(?<![.!?:;])$/;
/**
 * The directives as their tools write them, with the same upper and lower case: "ESLint forbids …"
 * and "Encoding: how …" are prose. One row for each group: editors and encodings; regions; types
 * and bundlers; coverage; linters by name (two rows).
 */
const TOOL_DIRECTIVE = new RegExp(
  `^\\s*(?:${[
    "-\\*-.*-\\*-|(?:vim?|ex): ?(?:set?\\b|\\w+[=:])|(?:en)?coding[:=] *(?:[-\\w.]*[-_\\d][-\\w.]*|ascii|binary|gbk) *$|frozen_string_literal:|syntax *= *\\S*[/:]\\S* *$|escape *= *[`\\\\] *$|language=\\w",
    "#(?:end)?region\\b|endregion\\b|region [A-Z]\\S*(?: \\S+){0,2} *$|</?editor-fold",
    "@ts-(?:ignore|expect-error|nocheck|check)\\b|<(?:reference|amd-module|amd-dependency) |@(?:jsx\\w*|flow|jest-environment|vite-ignore|vitest-environment)\\b|\\$Flow\\w+|[@#]__\\w+__|webpack[A-Z]\\w*:|sourceMappingURL=",
    "eslint-(?:disable|enable|env)|eslint [-@\\w/]+:|(?:jshint|jslint|jscs)\\b.*:|(?:globals?|exported) \\w+(?:[:,]|$)|tslint: *(?:disable|enable)|oxlint-(?:disable|enable)|biome-ignore|deno-(?:lint|fmt)-ignore|prettier-ignore|dprint-ignore|stylelint-(?:disable|enable)",
    "(?:istanbul|c8|v8) ignore|node:coverage|pragma: *no|codecov:|LCOV_EXCL|GCOV_EXCL",
    "rubocop: *(?:disable|enable|todo)|standard: *(?:disable|enable)|:?reek:\\w|steep: *(?:ignore|off)|shellcheck \\w+=|pylint: *(?:disable|enable|skip-file)|flake8: *noqa|noqa *(?::|$)|type: *ignore|mypy: *\\w|pyright: *\\w|ruff: *\\w|isort: *\\w|fmt: *(?:on|off|skip)|yapf: *\\w|nosec(?: *$| *[A-Z#])",
    "go:\\w|\\+build |nolint\\b|lint:(?:file-)?ignore|NOLINT(?:NEXTLINE|BEGIN|END)?(?: *$|\\(|:)|NOSONAR|clang-format (?:on|off)|cppcheck-|@formatter:|CHECKSTYLE[:.]|noinspection \\w|ReSharper (?:disable|restore)|rustfmt::|swiftlint:|swiftformat:|ktlint-|detekt:|ignore(?:_for_file)?: *\\w*_\\w*(?:, *\\w+)*$|solhint-|slither-(?:disable|enable)|phpcs:\\w|@?phpstan-|@?psalm-|(?:cspell|spell-?checker): *(?:disable|enable|ignore|words?|locale|language)|codespell:",
  ].join("|")})`,
);
