import {
  type CheckpointHeader,
  type CheckpointStore,
  MAX_CHECKPOINT_BYTES,
  type NewCheckpoint,
  type StoredCheckpoint,
} from "../../checkpoint-store.ts";
import type { ProjectState } from "../../shared/project-state.ts";
import {
  CheckpointDraft,
  damageOf,
  type FoundCheckpoint,
  isAsNew,
  isWanted,
  MAX_DRAFTS,
  type CheckedHeader,
  plainHeader,
} from "../../shared/sealed-checkpoint.ts";
import * as rows from "../checkpoint-rows.ts";
import type { PostgresServer } from "../connection/postgres-server.ts";
import type { PostgresSession } from "../connection/postgres-session.ts";
import { decodeContinues, decodeState, LOCK_STATE, SELECT_STATE, SELECT_STATE_SINCE } from "../project-rows.ts";

/** About 10 ms, without a lock that others need. */
const PARTS_PER_SWEEP = 8;

/** The checkpoint of one project in a PostgreSQL database. */
export class PostgresCheckpointStore implements CheckpointStore {
  readonly #project: string;
  readonly #server: PostgresServer;

  constructor(project: string, server: PostgresServer) {
    this.#project = project;
    this.#server = server;
  }

  async header(): Promise<CheckpointHeader | undefined> {
    try {
      const [row] = await this.#server.query(rows.SELECT_HEADER_BY_NAME, [this.#project]);
      return plainHeader(rows.decodeFound(row));
    } catch (error) {
      damageOf(error);
      return undefined;
    }
  }

  async read(format: number): Promise<StoredCheckpoint | undefined> {
    return (await this.#find(format))?.whole;
  }

  assertWritable(): Promise<void> {
    return this.#server.write(async (session) => {
      await session.query(LOCK_STATE, [this.#project]);
      await session.query(rows.TRY_TO_WRITE, []);
    });
  }

  write(checkpoint: NewCheckpoint): Promise<boolean> {
    const draft = new CheckpointDraft(checkpoint);
    if (draft.header.byteLength > MAX_CHECKPOINT_BYTES) return Promise.resolve(false);
    return this.#server.track(this.#write(draft));
  }

  remove(): Promise<void> {
    return this.#server.track(this.#remove());
  }

  async #write(draft: CheckpointDraft): Promise<boolean> {
    await this.#removeDamaged(draft.header);
    const project = await this.#server.write((session) => this.#begin(session, draft));
    const isPublished = project !== undefined && (await this.#addParts(project, draft)) && (await this.#publish(draft));
    try {
      await this.#sweep();
    } catch (error) {
      // The next write removes what is left of the former checkpoint.
      if (!isPublished) throw error;
    }
    return isPublished;
  }

  /** Returns the project's id, or `undefined` if the checkpoint is not wanted. */
  async #begin(session: PostgresSession, draft: CheckpointDraft): Promise<number | undefined> {
    const state = await this.#lockIfWanted(session, draft);
    if (state === undefined) return undefined;
    await session.query(rows.DELETE_OLDEST_DRAFTS, [state.id, MAX_DRAFTS - 1]);
    await session.query(rows.INSERT_DRAFT, [state.id, ...draft.values]);
    return state.id;
  }

  /** Locks only the draft. Returns false if the draft was deleted. */
  async #addParts(project: number, draft: CheckpointDraft): Promise<boolean> {
    for (let number = 0; number < draft.parts; number++) {
      const values = [project, draft.id, number, draft.checksum(number), draft.part(number)];
      const [added] = await this.#server.write((session) => session.query(rows.INSERT_PART, values));
      if (added === undefined) return false;
    }
    return true;
  }

  #publish(draft: CheckpointDraft): Promise<boolean> {
    return this.#server.write(async (session) => {
      const state = await this.#lockIfWanted(session, draft);
      if (state === undefined) {
        await session.query(rows.DELETE_CHECKPOINT, [this.#project, draft.id]);
        return false;
      }
      const { id, position } = state;
      await session.query(rows.DELETE_REPLACED, [id, draft.id, draft.header.position.revision, position.revision]);
      const [published] = await session.query(rows.PUBLISH, [id, draft.id, draft.checksum(draft.parts - 1)]);
      return published !== undefined;
    });
  }

  async #remove(): Promise<void> {
    await this.#server.write(async (session) => {
      // Publishing locks the project first too. In any other order the two could wait for each
      // other (a deadlock).
      await session.query(LOCK_STATE, [this.#project]);
      await session.query(rows.DELETE_CHECKPOINTS, [this.#project]);
    });
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    for (;;) {
      const [[swept] = []] = await this.#server.write((session) => session.query(rows.SWEEP_PARTS, [this.#project, PARTS_PER_SWEEP]));
      if (Number(swept) < PARTS_PER_SWEEP) return;
    }
  }

  /**
   * Locks the project's state until the transaction ends, and returns it. Returns `undefined` if
   * this checkpoint should not replace the kept one.
   */
  async #lockIfWanted(session: PostgresSession, { header }: CheckpointDraft): Promise<ProjectState | undefined> {
    const [locked] = await session.query(LOCK_STATE, [this.#project]);
    if (locked === undefined) return undefined;
    const state = decodeState(await session.query(SELECT_STATE, [this.#project]), this.#server.location);
    const offered = await checkHeader(session, this.#project, state, header);
    return isWanted(offered, state, await readKeptHeader(session, this.#project, state)) ? state : undefined;
  }

  /** Removes a damaged checkpoint. Otherwise it would keep out a new one that is not newer. */
  async #removeDamaged(offered: CheckpointHeader): Promise<void> {
    const kept = await this.header();
    if (kept === undefined || !isAsNew(kept, offered)) return;
    const found = await this.#find(offered.format);
    if (found?.damage === undefined) return;
    await this.#server.write((session) => session.query(rows.DELETE_CHECKPOINT, [this.#project, found.id]));
  }

  async #find(format: number): Promise<FoundCheckpoint | undefined> {
    return rows.readCheckpoint(this.#server, this.#project, format);
  }
}

/**
 * Returns the header of the kept checkpoint, and whether it is of the project's present history.
 */
export async function readKeptHeader(session: PostgresSession, project: string, state: ProjectState): Promise<CheckedHeader | undefined> {
  const [row] = await session.query(rows.SELECT_HEADER, [state.id]);
  const header = rows.decodeFound(row);
  return header === undefined ? undefined : checkHeader(session, project, state, header);
}

async function checkHeader(
  session: PostgresSession,
  project: string,
  state: ProjectState,
  header: CheckpointHeader,
): Promise<CheckedHeader> {
  const answer = await session.query(SELECT_STATE_SINCE, [project, header.position.revision]);
  return { header, continues: decodeContinues(answer, state, { ...header.position, horizon: 0 }) };
}
