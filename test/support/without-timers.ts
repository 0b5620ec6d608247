import { type Clock, systemClock } from "../../src/base/clock.ts";

/**
 * The system's clock, on which no scheduled task ever runs: nothing follows the database but what a
 * test asks for.
 */
export const WITHOUT_TIMERS: Clock = { ...systemClock, schedule: () => () => undefined };
