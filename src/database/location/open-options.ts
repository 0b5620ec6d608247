import { type Clock, CLOCK_METHODS, systemClock } from "../../base/clock.ts";
import { ConfigError } from "../../base/errors.ts";
import { type Logger, LOGGER_METHODS, silentLogger, withoutFailures } from "../../base/logger.ts";
import { Problems, readInput } from "../../base/validation.ts";

/** The options that every database needs. */
interface CommonOptions {
  readonly clock: Clock;
  /** Never throws, even if the program's own logger does. */
  readonly logger: Logger;
}

/**
 * Reads the options of an opening. Throws one `E_CONFIG` with every problem. `readOwn` reads the
 * options that only this kind of database has.
 */
export function readOpenOptions<T>(
  opening: string,
  options: unknown,
  readOwn: (problems: Problems, given: Readonly<Record<string, unknown>>) => T,
): T & CommonOptions {
  const problems = new Problems();
  const read = readInput("E_CONFIG", `the options of ${opening}`, () => {
    const given = problems.object("options", options);
    const clock = problems.withMethods("clock", given["clock"] as Clock | undefined, CLOCK_METHODS) ?? systemClock;
    const logger = problems.withMethods("logger", given["logger"] as Logger | undefined, LOGGER_METHODS) ?? silentLogger;
    return { ...readOwn(problems, given), clock, logger: withoutFailures(logger) };
  });
  if (problems.found.length > 0) throw new ConfigError(opening, problems.found);
  return read;
}
