import { appendFileSync } from "node:fs";

/**
 * The file that gets one line for each process that was started with this module (`--import`): its
 * peak memory in KiB.
 */
export const PEAK_FILE = "BENCH_PEAK_FILE";

const file = process.env[PEAK_FILE];
if (file !== undefined) process.on("exit", () => appendFileSync(file, `${process.resourceUsage().maxRSS}\n`));
