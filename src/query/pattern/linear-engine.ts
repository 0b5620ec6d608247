import { createRequire } from "node:module";
import type * as Engine from "re2js";

let engine: typeof Engine | undefined;

/**
 * Returns the engine that matches in linear time. The first pattern loads it: most programs never
 * give a pattern, and should not wait for the engine. It is loaded synchronously, because compiling
 * a pattern is synchronous.
 */
export function linearEngine(): typeof Engine {
  engine ??= createRequire(import.meta.url)("re2js") as typeof Engine;
  return engine;
}
