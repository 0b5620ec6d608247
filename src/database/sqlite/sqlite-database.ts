import type { Finding } from "../../base/finding.ts";
import type { DatabaseDescription, MetadataDatabase, ProjectStore } from "../metadata-database.ts";
import { assertProjectName } from "../project-name.ts";
import { describeDatabase } from "./describe-database.ts";
import { examineSqliteFile } from "./examine-sqlite-file.ts";
import { bytesOnDisk } from "./file/file-identity.ts";
import { deleteProject, readProjectNames } from "./project-rows.ts";
import type { SqliteFile } from "./file/sqlite-file.ts";
import { SqliteProjectStore } from "./stores/sqlite-project-store.ts";

/** A database in one SQLite file. Open it with `openSqliteDatabase`. */
export class SqliteDatabase implements MetadataDatabase {
  readonly location: string;
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.location = `sqlite:${file.file}`;
    this.#file = file;
  }

  /** Throws `E_CONFIG` if the database cannot store the name. */
  async openProject(name: string): Promise<ProjectStore> {
    assertProjectName(name);
    this.#file.assertOpen();
    return new SqliteProjectStore(name, this.#file);
  }

  removeProject(name: string): Promise<number | undefined> {
    return this.#file.write((connection) => deleteProject(connection, this.#file.file, name));
  }

  async projectNames(): Promise<readonly string[]> {
    // Not sorted by SQL: SQLite orders by UTF-8 bytes, but everything else here by UTF-16 code
    // units.
    return [...(await this.#file.read(readProjectNames))].sort();
  }

  async describe(): Promise<DatabaseDescription> {
    const described = await this.#file.read(describeDatabase);
    return { ...described, bytes: bytesOnDisk(this.#file.file), connections: undefined };
  }

  examine(): Promise<readonly Finding[]> {
    return examineSqliteFile(this.#file);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
