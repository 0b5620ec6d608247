import { systemClock } from "../../base/clock.ts";

/**
 * Milliseconds of processor time that this thread has had: they stand still while others have the processor, the machine sleeps or the
 * process is stopped. Node.js before 22.19 cannot tell them: there it is the time that has passed.
 */
export const threadTime: { now(): number } = {
  now() {
    if (typeof process.threadCpuUsage !== "function") return systemClock.microseconds() / 1_000;
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  },
};
