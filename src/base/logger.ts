import { callHarmlessly } from "./call-harmlessly.ts";

/** The logger that metacache needs. pino, winston and `console` satisfy it. */
export interface Logger {
  /** What helps to find a fault in metacache or in its surroundings. */
  debug(message: string): void;
  /** What happens in normal work. */
  info(message: string): void;
  /** What somebody should look at, although work goes on. */
  warn(message: string): void;
  /** What failed, and what nobody waits for. */
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
