import { callHarmlessly } from "./call-harmlessly.ts";

/** What metacache asks of a logger; pino, winston and `console` satisfy it. */
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

/** The default: a library writes nothing that it was not asked for. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};

/** A logger whose lines name the part that wrote them. It never throws, whatever `parent` does. */
export function childLogger(parent: Logger, name: string): Logger {
  return withoutFailures(parent, `${name}: `);
}

/**
 * The same logger, made harmless: what it throws, or rejects with, is dropped. Most lines are written by timers and by work that nobody awaits,
 * where an error would end the process.
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
