import { CONFIG_OPTIONS } from "./config-sources.ts";
import { environmentName, flagName, type Option } from "./option.ts";

/** Returns the options as a Markdown table for `docs/configuration.md`. A test compares the two. */
export function renderOptionReference(): string {
  const rows = Object.entries(CONFIG_OPTIONS).map(([name, option]) => {
    const cells = [
      `\`${name}\``,
      `\`${option.kind === "switch" ? `--no-${name}` : flagName(name)}\``,
      `\`${environmentName(name)}\``,
      renderDefault(option),
      renderRange(option),
      option.description,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| option | flag | environment | default | values | what it does |", "| --- | --- | --- | --- | --- | --- |", ...rows].join("\n");
}

function renderDefault(option: Option): string {
  return option.default === undefined ? "" : `\`${option.default}\``;
}

function renderRange(option: Option): string {
  switch (option.kind) {
    case "integer":
      return `${option.min} to ${option.max}`;
    case "choice":
      return option.choices.map((choice) => `\`${choice}\``).join(", ");
    case "list":
      return "a list, or texts with commas between them";
    case "switch":
      return "`true`, `false`";
    case "text":
      return "text";
  }
}
