import { systemClock } from "../../base/clock.ts";

/**
 * The milliseconds of processor time that this thread has used. They do not grow while other
 * threads have the processor, while the machine sleeps, or while the process is stopped. Node.js
 * before 22.19 does not know this time: there, `now` returns the time that has passed.
 */
export const threadTime: { now(): number } = {
  now() {
    if (typeof process.threadCpuUsage !== "function") return systemClock.microseconds() / 1_000;
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  },
};
