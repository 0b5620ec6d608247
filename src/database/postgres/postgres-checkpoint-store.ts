import {
  type CheckpointHeader,
  type CheckpointStore,
  MAX_CHECKPOINT_BYTES,
  type NewCheckpoint,
  type StoredCheckpoint,
} from "../checkpoint-store.ts";
import type { ProjectState } from "../shared/project-state.ts";
import {
  CheckpointDraft,
  damageOf,
  type FoundCheckpoint,
  isAsNew,
  isWanted,
  MAX_DRAFTS,
  type CheckedHeader,
  plainHeader,
} from "../shared/sealed-checkpoint.ts";
import * as rows from "./checkpoint-rows.ts";
import type { PostgresServer } from "./connection/postgres-server.ts";
import type { PostgresSession } from "./connection/postgres-session.ts";
import { decodeContinues, decodeState, LOCK_STATE, SELECT_STATE, SELECT_STATE_SINCE } from "./project-rows.ts";

/** Some 10 ms, with nothing locked that others need. */
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
      // What is left of the former one goes with the next write.
      if (!isPublished) throw error;
    }
    return isPublished;
  }

  /** Returns the project's id; `undefined` if the checkpoint is not wanted. */
  async #begin(session: PostgresSession, draft: CheckpointDraft): Promise<number | undefined> {
    const state = await this.#lockIfWanted(session, draft);
    if (state === undefined) return undefined;
    await session.query(rows.LEAVE_ROOM, [state.id, MAX_DRAFTS - 1]);
    await session.query(rows.INSERT_DRAFT, [state.id, ...draft.values]);
    return state.id;
  }

  /** Locks nothing but the draft. Returns false if the draft is gone. */
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
      // Whoever publishes locks the project first, too: the two must not wait for each other in a ring.
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

  /** The state, which then stays until the transaction ends; `undefined` if this checkpoint is not to take the place of the one that is kept. */
  async #lockIfWanted(session: PostgresSession, { header }: CheckpointDraft): Promise<ProjectState | undefined> {
    const [locked] = await session.query(LOCK_STATE, [this.#project]);
    if (locked === undefined) return undefined;
    const state = decodeState(await session.query(SELECT_STATE, [this.#project]), this.#server.location);
    const offered = await place(session, this.#project, state, header);
    return isWanted(offered, state, await placeKept(session, this.#project, state)) ? state : undefined;
  }

  /** A damaged checkpoint must not stand in the way of one that is no newer. */
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

/** The checkpoint that is kept, and whether it is of the project's present history. */
export async function placeKept(session: PostgresSession, project: string, state: ProjectState): Promise<CheckedHeader | undefined> {
  const [row] = await session.query(rows.SELECT_HEADER, [state.id]);
  const header = rows.decodeFound(row);
  return header === undefined ? undefined : place(session, project, state, header);
}

async function place(session: PostgresSession, project: string, state: ProjectState, header: CheckpointHeader): Promise<CheckedHeader> {
  const answer = await session.query(SELECT_STATE_SINCE, [project, header.position.revision]);
  return { header, continues: decodeContinues(answer, state, { ...header.position, horizon: 0 }) };
}
