import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SyncMessage } from "../../src/cache/statistics/cache-diagnostics.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { TestPostgresServer } from "../../testing/postgres-server.ts";
import { runChild } from "../children/child.ts";
import { changedRecords, type CommitChangesArgument, type CommittedChange, sharedClockUs } from "../children/commit-changes.ts";
import { type Figure, type Goal, type Row, single } from "../row.ts";
import type { Stage } from "../inputs/stage.ts";

const PROJECT = "noticing";
const MOST_IDLE_US = 10_000;

export const noticingRow: Row = {
  id: "noticing",
  what: "a change by another process",
  toReach: 'visible at once with "latest"; otherwise p99 <= 100 ms on SQLite, <= 50 ms on PostgreSQL; idle cost < 1 % of a core',
  async run(stage) {
    const server = await TestPostgresServer.start();
    try {
      const sqlite = await measure("SQLite", 100, join(stage.options.directory, "noticing.db"), stage);
      const postgres = await measure("PostgreSQL", 50, await server.createDatabase(), stage);
      return {
        figures: [...sqlite.figures, ...postgres.figures],
        goals: [...sqlite.goals, ...postgres.goals],
        verified: "every revision that the other process has written was reached, without a call",
        notes: [
          "from the return of the other process's update to the end of the sync that brings it, on the clock that all processes of a machine share",
          "the project exists before; one change every 20 to 100 ms; of those that came together, each counts",
          "idle: processor time of the whole process in a second in which nothing happens, one cache open",
          "PostgreSQL on the same machine, over loopback",
        ],
      };
    } finally {
      await server.stop();
    }
  },
};

async function measure(
  name: string,
  mostMs: number,
  database: string,
  stage: Stage,
): Promise<{ readonly figures: Figure[]; readonly goals: Goal[] }> {
  const { options } = stage;
  await using cache = await openMetadataCache({ project: PROJECT, database, environment: {} });
  // A cache looks for a PostgreSQL database that does not exist yet only once a second.
  await cache.update(changedRecords(1));
  const seenAt: { readonly revision: number; readonly atUs: number }[] = [];
  const note = (message: unknown): void => {
    const { report } = message as SyncMessage;
    if (report !== undefined) seenAt.push({ revision: report.revision, atUs: sharedClockUs() });
  };
  subscribe("metacache:sync", note);
  const changes = options.smoke ? 5 : 400;
  stage.inserted("written by the other process", changedRecords(changes));
  const committed = await runChild<readonly CommittedChange[]>("commit-changes", {
    database,
    project: PROJECT,
    changes,
  } satisfies CommitChangesArgument);
  const last = committed.at(-1)?.revision ?? 0;
  while (cache.revision < last) await sleep(10);
  unsubscribe("metacache:sync", note);

  const delays = committed
    .map(({ revision, committedAtUs }) => ((seenAt.find((seen) => seen.revision >= revision)?.atUs ?? 0) - committedAtUs) / 1_000)
    .sort((a, b) => a - b);
  const at = (share: number): number => Math.max(0, delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0);
  const seconds = options.smoke ? 0.1 : 10;
  const before = process.cpuUsage();
  await sleep(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  const idle = (user + system) / seconds;
  return {
    figures: [
      single(`${name}: half within`, "ms", at(0.5)),
      single(`${name}: 99 % within`, "ms", at(0.99)),
      single(`${name}: the last one`, "ms", at(1)),
      single(`${name}: idle, a second`, "us", idle),
    ],
    goals: [
      { text: `${name}: p99 <= ${mostMs} ms: ${at(0.99).toFixed(1)} ms`, reached: at(0.99) <= mostMs },
      { text: `${name}: idle < 1 % of a core: ${(idle / 10_000).toFixed(2)} %`, reached: idle < MOST_IDLE_US },
    ],
  };
}
