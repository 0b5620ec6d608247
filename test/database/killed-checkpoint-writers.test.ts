import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { MAX_DRAFTS } from "../../src/database/shared/sealed-checkpoint.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { checkpointBytes, hasCheckpointBytes } from "../support/checkpoint-bytes.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { startChild } from "./fixtures/child-process.ts";

interface Place {
  readonly place: string;
  open(): Promise<MetadataDatabase>;
  count(of: string): Promise<number>;
}

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

async function sqlitePlace(): Promise<Place> {
  const file = join(temporaryDirectory(), "metadata.db");
  return {
    place: file,
    open: () => openForTest(file),
    count: async (of) => Number(foreignConnection(file).prepare(`SELECT count(*) AS n FROM ${of}`).get()?.["n"]),
  };
}

async function postgresPlace(): Promise<Place> {
  const url = await server.createDatabase();
  return {
    place: url,
    open: async () => {
      const database = await openPostgresDatabase({ url });
      onTestFinished(() => database.close());
      return database;
    },
    count: (of) =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM metacache.${of}`);
        return Number(rows[0]?.n);
      }),
  };
}

const BYTES = 6 * (1 << 20) + 3;

/**
 * Writes until it is killed at some moment, and returns of which revision it ended a checkpoint
 * last, and of which it began one.
 */
async function killedWriter(place: string): Promise<{ readonly ended: number; readonly begun: number }> {
  const child = startChild("endless-checkpoint-writer.ts", [place, String(BYTES)]);
  const told = { begins: 0, ended: 0 };
  const hear = async (): Promise<void> => {
    const [event, revision] = (await child.line()).split(" ");
    told[event as "begins" | "ended"] = Number(revision);
  };
  await hear();
  const hearing = (async () => {
    try {
      for (;;) await hear();
    } catch {
      // It was killed.
    }
  })();
  await setTimeout(Math.random() * 300);
  child.process.kill("SIGKILL");
  expect(await child.ended).toBe("SIGKILL");
  await hearing;
  return { ended: told.ended, begun: told.begins };
}

describe.each([
  ["SQLite", sqlitePlace],
  ["PostgreSQL", postgresPlace],
])("killed at any moment on %s, a writer of checkpoints", (_, makePlace) => {
  test("leaves the old one or the new one, whole, and what it left goes with the next write", async () => {
    const { place, open, count } = await makePlace();
    const database = await open();
    const store = await database.openProject("p");
    let kept = 0;
    for (let round = 0; round < 8; round++) {
      const { ended, begun } = await killedWriter(place);
      kept = Math.max(kept, ended);
      const stored = await store.checkpoints.read(1);
      const { revision } = await store.position();
      // What it told was committed. Of the last one it may not have come to tell, nor of one that
      // it was about to begin.
      expect(stored?.position.revision ?? 0).toBeGreaterThanOrEqual(kept);
      expect(stored?.position.revision ?? 0).toBeLessThanOrEqual(revision);
      expect(revision).toBeGreaterThanOrEqual(begun);
      if (stored !== undefined) expect(hasCheckpointBytes(stored.bytes, stored.position.revision)).toBe(true);
      expect(await count("checkpoint WHERE is_whole = 0")).toBeLessThanOrEqual(MAX_DRAFTS);
      kept = stored?.position.revision ?? 0;
    }
    const position = await store.position();
    expect(await store.checkpoints.write({ format: 2, position, bytes: checkpointBytes(BYTES, 1) })).toBe(true);
    expect([await count("checkpoint"), await count("checkpoint_part")]).toEqual([1, 7]);
    expect((await database.examine()).filter(({ code }) => code === "DATABASE_CHECKPOINT")).toEqual([]);
  });

  test("does so beside other writers of checkpoints, of which one is killed each time", async () => {
    const { place, open } = await makePlace();
    const store = await (await open()).openProject("p");
    for (let round = 0; round < 3; round++) {
      await Promise.all([killedWriter(place), killedWriter(place)]);
      const stored = await store.checkpoints.read(1);
      if (stored !== undefined) expect(hasCheckpointBytes(stored.bytes, stored.position.revision)).toBe(true);
      const position = await store.position();
      const bytes = checkpointBytes(BYTES, position.revision);
      await store.checkpoints.write({ format: 1, position, bytes });
      const after = await store.checkpoints.read(1);
      expect(after?.position.revision).toBeGreaterThanOrEqual(position.revision);
      if (after !== undefined) expect(hasCheckpointBytes(after.bytes, after.position.revision)).toBe(true);
    }
  });
});
