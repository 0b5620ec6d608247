/** What metacache asks of a logger; pino, winston and `console` satisfy it. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The default: a library writes nothing that it was not asked for. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};

/** A logger whose lines name the part that wrote them. */
export function childLogger(parent: Logger, name: string): Logger {
  const prefix = `${name}: `;
  return {
    debug: (message) => parent.debug(prefix + message),
    info: (message) => parent.info(prefix + message),
    warn: (message) => parent.warn(prefix + message),
    error: (message) => parent.error(prefix + message),
  };
}
