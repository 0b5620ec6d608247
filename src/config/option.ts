import { describe, type Problems } from "../base/validation.ts";

/** One option as data: what it accepts, what it is without being set, and what it is for. */
export type Option = IntegerOption | ChoiceOption | ListOption | SwitchOption | TextOption;

/** What any option may be. */
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

/** Some texts: a list in a call and in a JSON file, separated by commas elsewhere. */
export interface ListOption {
  readonly kind: "list";
  readonly default: undefined;
  readonly description: string;
}

/** On or off: a truth value in a call and in a JSON file, `true` or `false` elsewhere. */
export interface SwitchOption {
  readonly kind: "switch";
  readonly default: boolean;
  readonly description: string;
}

/** Any text but the empty one; what it means is judged by whoever uses it. */
export interface TextOption {
  readonly kind: "text";
  readonly default: undefined;
  readonly description: string;
}

/** Checks a typed value, as a call or a JSON file gives it; what is wrong goes to `problems` under `at`. */
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

/** Checks text, as an environment variable or a flag gives it. `Number` alone would read "" as 0 and "1e3" as 1000. */
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

/** Every environment variable that begins like this is metacache's, so that a misspelt one can be refused. */
export const ENVIRONMENT_PREFIX = "METACACHE_";

/** `maxItems` -> `--max-items`; the database, which is named most often, has the short `--db`. */
export function flagName(option: string): string {
  if (option === "database") return "--db";
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
