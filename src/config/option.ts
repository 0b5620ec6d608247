import { describe, type Problems } from "../base/validation.ts";

/** One option as data: which values it accepts, its default, and its purpose. */
export type Option = IntegerOption | ChoiceOption | ListOption | SwitchOption | TextOption;

/** The value of any option. */
export type OptionValue = boolean | number | string | readonly string[];

export interface IntegerOption {
  readonly kind: "integer";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly description: string;
}

export interface ChoiceOption<T extends string = string> {
  readonly kind: "choice";
  readonly default: T;
  readonly choices: readonly T[];
  readonly description: string;
}

/**
 * A list of texts: a list in a call and in a JSON file, texts with commas between them in other
 * places.
 */
export interface ListOption {
  readonly kind: "list";
  readonly default: undefined;
  readonly description: string;
}

/**
 * On or off: true or false in a call and in a JSON file, the text `true` or `false` in other
 * places.
 */
export interface SwitchOption {
  readonly kind: "switch";
  readonly default: boolean;
  readonly description: string;
}

/** Any text that is not empty. The code that uses it decides what it means. */
export interface TextOption {
  readonly kind: "text";
  readonly default: undefined;
  readonly description: string;
}

/**
 * Checks a typed value from a call or a JSON file. Adds what is wrong to `problems`, under `at`.
 */
export function checkOption(problems: Problems, at: string, option: Option, value: unknown): OptionValue {
  switch (option.kind) {
    case "integer":
      return problems.integer(at, value, option.min, option.max);
    case "choice":
      return problems.oneOf(at, value, option.choices);
    case "list":
      return problems.list(at, value).map((item, index) => {
        if (item === "") problems.add(`${at}[${index}]`, "must not be empty");
        return problems.text(`${at}[${index}]`, item);
      });
    case "switch":
      return problems.truth(at, value);
    case "text":
      if (value === "") problems.add(at, "must not be empty");
      return problems.text(at, value);
  }
}

/**
 * Checks a text from an environment variable or a flag. `Number` alone would read "" as 0 and "1e3"
 * as 1000.
 */
export function checkOptionText(problems: Problems, at: string, option: Option, text: string): OptionValue {
  if (option.kind === "list") return checkOption(problems, at, option, splitList(text));
  if (option.kind === "switch") return problems.oneOf(at, text, ["true", "false"]) === "true";
  if (option.kind !== "integer") return checkOption(problems, at, option, text);
  if (PLAIN_INTEGER.test(text)) return checkOption(problems, at, option, Number(text));
  problems.add(at, `must be an integer from ${option.min} to ${option.max} in plain digits, not ${describe(text)}`);
  return option.default;
}

function splitList(text: string): readonly string[] {
  return text.split(",").map((item) => item.trim());
}

const PLAIN_INTEGER = /^(?:0|-?[1-9][0-9]*)$/;

/** `maxItems` -> `METACACHE_MAX_ITEMS` */
export function environmentName(option: string): string {
  return ENVIRONMENT_PREFIX + option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The start of every environment variable of metacache. So a misspelt variable can be reported. */
export const ENVIRONMENT_PREFIX = "METACACHE_";

/**
 * `maxItems` -> `--max-items`. The database has the short flag `--db`, because it is used most
 * often.
 */
export function flagName(option: string): string {
  if (option === "database") return "--db";
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
