import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Workload, workloadOf } from "./workload.ts";

/**
 * The accesses of a busy shop to its database objects, from cache2k's benchmark traces ((c)
 * headissue GmbH, licence CC BY 4.0): the closest real workload that we know of. The trace is not
 * part of the project. `folder` is the folder that has it. Returns `undefined` if the folder does
 * not have it.
 */
export function readTrace(folder: string): Workload | undefined {
  const file = join(folder, "orm-busy.trace.xz");
  if (!existsSync(file)) return undefined;
  const bytes = execFileSync("xz", ["-dc", file], { maxBuffer: 1 << 28 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Big-endian 32-bit keys, one after another.
  const keys = Int32Array.from({ length: bytes.byteLength >>> 2 }, (_, position) => view.getInt32(position * 4));
  return workloadOf("orm-busy", "real trace: a shop's database objects (orm-busy)", keys, [625, 1_250, 2_500, 5_000, 10_000]);
}
