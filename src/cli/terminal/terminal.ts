import type { WriteStream } from "node:tty";
import { PLAIN, type Terminal } from "./styled-text.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A terminal that says nothing of its width. */
const USUAL_COLUMNS = 80;

/**
 * What a stream can show. Colours: on a terminal, unless `NO_COLOR` is set or it is a dumb one;
 * `FORCE_COLOR` decides before that, for a pipe too. Links: on a terminal that is known to
 * understand them.
 */
export function terminalOf(stream: Pick<WriteStream, "isTTY" | "columns">, environment: Environment): Terminal {
  const forced = environment["FORCE_COLOR"];
  const isForced = forced !== undefined && forced !== "" && forced !== "0" && forced !== "false";
  if (!stream.isTTY) return isForced ? { ...PLAIN, colours: true } : PLAIN;
  const isDumb = environment["TERM"] === "dumb";
  const isRefused = forced === "0" || forced === "false" || isSet(environment["NO_COLOR"]) || isDumb;
  return {
    colours: isForced || !isRefused,
    links: !isDumb && understandsLinks(environment),
    columns: stream.columns > 0 ? stream.columns : USUAL_COLUMNS,
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

const PROGRAMS = new Set(["ghostty", "Hyper", "iTerm.app", "rio", "Tabby", "vscode", "WezTerm", "WarpTerminal"]);
const TERMS = /^(?:alacritty|foot|xterm-ghostty|xterm-kitty|wezterm)/;

/**
 * Terminals that take OSC 8. Others may show what they do not understand, so nothing is tried on
 * them.
 */
function understandsLinks(environment: Environment): boolean {
  if (isSet(environment["FORCE_HYPERLINK"])) return environment["FORCE_HYPERLINK"] !== "0";
  if (PROGRAMS.has(environment["TERM_PROGRAM"] ?? "") || TERMS.test(environment["TERM"] ?? "")) return true;
  if (isSet(environment["WT_SESSION"]) || isSet(environment["KONSOLE_VERSION"])) return true;
  // GNOME's terminals since 0.50; 0.50.0 itself ends at a link.
  return Number(environment["VTE_VERSION"] ?? 0) > 5000;
}
