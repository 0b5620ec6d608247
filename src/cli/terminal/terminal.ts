import type { WriteStream } from "node:tty";
import { PLAIN, type Terminal } from "./styled-text.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The width of a terminal that does not report its width. */
const USUAL_COLUMNS = 80;

/**
 * Finds out what an output stream can show.
 * - Colours: on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`. `FORCE_COLOR` overrides
 *   this, for a pipe too.
 * - Links: on a terminal that is known to support them.
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
 * Tells if the terminal is known to support OSC 8 links. Other terminals may print the sequence as
 * text, so they get no links.
 */
function understandsLinks(environment: Environment): boolean {
  if (isSet(environment["FORCE_HYPERLINK"])) return environment["FORCE_HYPERLINK"] !== "0";
  if (PROGRAMS.has(environment["TERM_PROGRAM"] ?? "") || TERMS.test(environment["TERM"] ?? "")) return true;
  if (isSet(environment["WT_SESSION"]) || isSet(environment["KONSOLE_VERSION"])) return true;
  // VTE, the library of GNOME's terminals, supports links since 0.50. 0.50.0 itself crashes on a
  // link.
  return Number(environment["VTE_VERSION"] ?? 0) > 5000;
}
