import { codeOf } from "../base/errors.ts";

/**
 * False if this system has no such process. A process of another machine or container, which works
 * in the same folder, does not count as running.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
