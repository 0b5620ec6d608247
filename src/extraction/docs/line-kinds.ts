/** The name that a tag line such as `[Source file intent] <!-- … -->` has between its brackets. */
export function tagOf(line: string): string | undefined {
  return line.length > MAX_TAG_LINE ? undefined : TAG_LINE.exec(line)?.[1];
}

/** Whether a line does nothing but separate sections. */
export function isBanner(line: string): boolean {
  return BANNER.test(line);
}

/** Whether a line of a comment is meant for a compiler, linter or editor, not for a reader. */
export function isToolDirective(line: string): boolean {
  return TOOL_DIRECTIVE.test(line);
}

/** A longer line is no tag, and would be slow to match if made of blanks. */
const MAX_TAG_LINE = 1_000;
const TAG_LINE = /^\s*\[([^\][]+)\]\s*(?:<!--.*-->)?\s*$/;
const BANNER = /^[#/*=\-_~]{10,}$/;
const TOOL_DIRECTIVE =
  /^\s*(?:-\*-.*-\*-|vim?:|syntax\s*=|escape\s*=|go:|\+build|@ts-|eslint|jshint|prettier-ignore|biome-ignore|oxlint|tslint:|istanbul |c8 |v8 ignore|frozen_string_literal:|encoding:|coding[:=]|rubocop:|shellcheck |pylint:|flake8:|noqa|type:\s*ignore|mypy:|ruff:|isort:|NOLINT|clang-format|<reference |#?region\b|#?endregion\b|@(?:jsx|flow|jest-environment)\b)/i;
