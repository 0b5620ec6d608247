/** The name that a tag line such as `[Source file intent] <!-- … -->` has between its brackets. */
export function tagOf(line: string): string | undefined {
  return line.length > MAX_TAG_LINE ? undefined : TAG_LINE.exec(line)?.[1];
}

/** Whether a line does nothing but separate sections. */
export function isBanner(line: string): boolean {
  return BANNER.test(line);
}

/** Whether a line only names the section that it begins, such as `---- reading ----`. */
export function isSectionTitle(line: string): boolean {
  return SECTION_TITLE.test(line);
}

/** Whether a comment, given without its marks, only sets sections apart: it is made of banners, with a title at most. */
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

/** Whether a line of a comment is meant for a compiler, linter or editor, not for a reader. */
export function isToolDirective(line: string): boolean {
  return TOOL_DIRECTIVE.test(line);
}

/** A longer line is no tag, and would be slow to match if made of blanks. */
const MAX_TAG_LINE = 1_000;
const TAG_LINE = /^\s*\[([^\][]+)\]\s*(?:<!--.*-->)?\s*$/;
const BANNER = /^[#/*=\-_~]{10,}$/;
/** What may underline a title or be a rule of Markdown in text is a banner if the comment has no text. */
const RULE = /^([#/*=\-_~+.<>^:|!%\u2500-\u257f\u2580-\u259f\u2014\u2013])\1{2,}$/;
/** Rules on both sides of a title, short ones if they stand apart from it, or a long one on a single side. */
const SECTION_TITLE =
  /^(?:([-=*#~_+/<>\u2500-\u259f])\1{2,}[^-=*#~_+/<>\u2500-\u259f].{0,200}[-=*#~_+/<>\u2500-\u259f]{3}|([-=*#~+/<>])\2 .{0,200} [-=*#~+/<>]{2}|([-=*#~_+/\u2500-\u259f])\3{4,}\s*[\w(].{0,200}|\w.{0,200}\s([-=*#~_+/\u2500-\u259f])\4{4,})$/;
/** What a box has at both sides of its title. */
const BORDER = /^([*#|/;])\1*\s+|\s+([*#|/;])\2*$/g;
/** A few words without a stop are a title. */
const TITLE = /^\S+(?: \S+){0,4}(?<![.!?:;])$/;
/**
 * As their tools write them, in their case: "ESLint forbids …" and "Encoding: how …" are prose. One row each for
 * editors and encodings; regions; types and bundlers; linters by name; what many of them say.
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
