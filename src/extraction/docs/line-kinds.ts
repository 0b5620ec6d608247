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
  return others.length === 1 && inner.length > 2 && isRule(inner[0]!) && isRule(inner.at(-1)!) && TITLE.test(others[0]!);
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
const RULE = /^([#/*=\-_~+])\1{2,}$/;
/** Rules on both sides of a title, or a long one on a single side. */
const SECTION_TITLE =
  /^(?:([-=*#~_+/])\1{2,}[^-=*#~_+/].{0,200}[-=*#~_+/]{3}|([-=*#~_+/])\2{4,}\s*[\w(].{0,200}|\w.{0,200}\s([-=*#~_+/])\3{4,})$/;
/** A few words without a stop are a title. */
const TITLE = /^\S+(?: \S+){0,4}(?<![.!?:;])$/;
/**
 * As their tools write them, in their case: "ESLint forbids …" and "Encoding: how …" are prose. One row each for
 * editors and encodings; regions; types and bundlers; linters by name; what many of them say.
 */
const TOOL_DIRECTIVE = new RegExp(
  `^\\s*(?:${[
    "-\\*-.*-\\*-|(?:vim?|ex): ?(?:set?\\b|\\w+[=:])|(?:en)?coding[:=] *[-\\w.]+ *$|frozen_string_literal:|(?:syntax|escape) *= *\\S+ *$|language=\\w",
    "#(?:end)?region\\b|endregion\\b|region [A-Z]|</?editor-fold",
    "@ts-(?:ignore|expect-error|nocheck|check)\\b|<(?:reference|amd-module|amd-dependency) |@(?:jsx\\w*|flow|jest-environment|vite-ignore|vitest-environment)\\b|\\$Flow\\w+|[@#]__\\w+__|webpack[A-Z]\\w*:|sourceMappingURL=",
    "eslint-(?:disable|enable|env)|eslint [-@\\w/]+:|(?:jshint|jslint|jscs)\\b.*:|(?:globals?|exported) \\w+(?:[:,]|$)|tslint:|oxlint-|biome-ignore|deno-(?:lint|fmt)-ignore|prettier-ignore|dprint-ignore|stylelint-",
    "(?:istanbul|c8|v8) ignore|node:coverage|pragma: *no|codecov:|LCOV_EXCL|GCOV_EXCL",
    "rubocop:|standard:|reek:|steep:|shellcheck \\w+=|pylint: *\\w|flake8: *noqa|noqa\\b|type: *ignore|mypy: *\\w|pyright: *\\w|ruff: *\\w|isort: *\\w|fmt: *(?:on|off|skip)|yapf: *\\w|nosec\\b",
    "go:\\w|\\+build |nolint\\b|lint:(?:file-)?ignore|NOLINT|NOSONAR|clang-format |cppcheck-|@formatter:|CHECKSTYLE[:.]|noinspection \\w|ReSharper (?:disable|restore)|rustfmt::|swiftlint:|swiftformat:|ktlint-|detekt:|ignore(?:_for_file)?: *\\w+(?:, *\\w+)*$|solhint-|slither-|phpcs:|@?phpstan-|@?psalm-|cspell:|spell-?checker:|codespell:",
  ].join("|")})`,
);
