import { expect, test } from "vitest";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import type { Migration } from "../../src/database/schema/migration.ts";
import { recordOf } from "../support/small-records.ts";

/** A database of a former version. */
export interface FormerDatabase {
  /**
   * Runs a statement of another program, and returns the values of each row. Tables are named as
   * PostgreSQL does: `metacache.file`.
   */
  sql(statement: string): Promise<readonly (readonly unknown[])[]>;
  /** Opens the database with this program, which brings it to the present version. */
  open(): Promise<MetadataDatabase>;
  /** What is wrong with the schema, compared with a new one. */
  verify(): Promise<readonly unknown[]>;
}

const SECTIONS = JSON.stringify(recordOf({ path: "a" }).headerSections);
const COLUMNS = "project_id, path, size, modified_at, digest, extractor_version, language, header_sections";

async function expectSound(former: FormerDatabase, database: MetadataDatabase): Promise<void> {
  expect(await former.verify()).toEqual([]);
  expect((await database.examine()).filter(({ problem }) => !problem.includes("connections"))).toEqual([]);
}

/** What every implementation's migrations must do with the data of former versions. */
export function describeMigrations(migrations: readonly Migration[], createFormer: (version: number) => Promise<FormerDatabase>): void {
  /** A database of a former version with two projects, in which some files have changed. */
  const createUsed = async (version: number, withFiles: readonly number[]): Promise<FormerDatabase> => {
    const former = await createFormer(version);
    await former.sql("INSERT INTO metacache.project (name) VALUES ('p'), ('other')");
    const rows = withFiles.flatMap((id) => [1, 2, 3].map((file) => `(${id}, 'file ${file}', 1, 1, '', '', 'c', '${SECTIONS}')`));
    await former.sql(`INSERT INTO metacache.file (${COLUMNS}) VALUES ${rows.join(", ")}`);
    await former.sql("DELETE FROM metacache.file WHERE path = 'file 2'");
    return former;
  };

  test("their versions are counted from 1 on", () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  test("a schema of version 1 comes to the present one with its data, which from then on has a history", async () => {
    const former = await createUsed(1, [1]);
    const database = await former.open();
    const store = await database.openProject("p");
    const position = await store.position();
    expect(position).toMatchObject({ revision: 4, horizon: 0 });
    expect(position.token).toBeGreaterThan(0);
    expect(await (await database.openProject("other")).position()).toMatchObject({ revision: 0, token: 0 });
    const { changes } = await store.readChanges({ ...position, revision: 0, token: 0 }, 10);
    expect(changes).toMatchObject([{ path: "file 1" }, { path: "file 3" }, { path: "file 2", deleted: true }]);
    expect((await store.write([recordOf({ path: "file 2" })], [])).before).toEqual(position);
    expect(await store.readChanges(position, 10)).toMatchObject({ continues: true, changes: [{ path: "file 2", revision: 5 }] });
    await expectSound(former, database);
  });

  test("a schema of version 3 comes to the present one with its data, whose times are noted from then on and go with their project", async () => {
    const former = await createUsed(3, [1, 2]);
    await former.sql("INSERT INTO metacache.source_run (project_id, root, begun_at) VALUES (1, '/r', 5)");
    const database = await former.open();
    const store = await database.openProject("p");
    expect(await store.position()).toMatchObject({ revision: 4, horizon: 0 });
    expect([await store.tombstones.times(), await store.tombstones.count()]).toEqual([[], 1]);
    expect(await store.source.runs()).toMatchObject({ latest: { root: "/r" } });
    for (const name of ["p", "other"]) await (await database.openProject(name)).tombstones.noteTime(7);
    expect(await store.tombstones.times()).toEqual([{ revision: 4, notedAt: 7 }]);
    await database.removeProject("p");
    expect(await former.sql("SELECT project_id FROM metacache.revision_time")).toEqual([[2]]);
    await expectSound(former, database);
  });

  test.each(migrations.slice(0, -1).map(({ version }) => version))(
    "a schema of version %i comes to the present one with its data, and has a place for a checkpoint then",
    async (version) => {
      const former = await createUsed(version, [1, 2]);
      const database = await former.open();
      const [store, other] = [await database.openProject("p"), await database.openProject("other")];
      const position = await store.position();
      expect(position).toMatchObject({ revision: 4, horizon: 0 });
      expect(await store.checkpoints.header()).toBeUndefined();
      expect(await store.checkpoints.write({ format: 1, position, bytes: Uint8Array.of(1, 2) })).toBe(true);
      expect(await other.checkpoints.write({ format: 1, position: await other.position(), bytes: Uint8Array.of(3) })).toBe(true);
      expect(await store.position()).toEqual(position);
      expect([...new Uint8Array((await store.checkpoints.read(1))?.bytes ?? new SharedArrayBuffer(0))]).toEqual([1, 2]);
      await database.removeProject("p");
      for (const table of ["checkpoint", "checkpoint_part"])
        expect(await former.sql(`SELECT project_id FROM metacache.${table}`)).toEqual([[2]]);
      await expectSound(former, database);
    },
  );
}
