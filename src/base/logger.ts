import { callHarmlessly } from "./call-harmlessly.ts";

/** The logger that metacache needs. pino, winston and `console` satisfy it. */
export interface Logger {
  /** Details that help to find a bug in metacache or a problem around it. */
  debug(message: string): void;
  /** Events of normal work. */
  info(message: string): void;
  /** Problems that somebody should look at. Work goes on. */
  warn(message: string): void;
  /** Failures of work for which nobody waits. */
  error(message: string): void;
}

export const LOGGER_METHODS: readonly (keyof Logger)[] = ["debug", "info", "warn", "error"];

/** The default: a library writes nothing unless it is asked to. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};

/** Returns a logger that puts `name` before each line. It never throws, even if `parent` does. */
export function childLogger(parent: Logger, name: string): Logger {
  return withoutFailures(parent, `${name}: `);
}

/**
 * Returns a logger that never throws: it drops every error that `logger` throws or rejects with.
 * Timers and work that nobody awaits write most lines, and an error there would end the process.
 */
export function withoutFailures(logger: Logger, prefix: string = ""): Logger {
  const write = (level: keyof Logger, message: string): void => {
    callHarmlessly(
      () => logger[level](prefix + message),
      () => undefined,
    );
  };
  return {
    debug: (message) => write("debug", message),
    info: (message) => write("info", message),
    warn: (message) => write("warn", message),
    error: (message) => write("error", message),
  };
}
