import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../testing/random.ts";
import { PATHS, PROJECTS } from "../operations/contended-records.ts";
import { type NamedFile, nowUs, ROLLED_BACK } from "../operations/operation.ts";
import { OperationLog } from "../operations/operation-log.ts";
import { TakenBack } from "./plain-write.ts";
import type { Target } from "./target.ts";

const MOST_MS_BETWEEN = 40;

/**
 * Another program: transactions of plain SQL that bypass every cache. They are logged like the
 * caches' writes, so that the same is proved of them.
 */
export class PlainWriter {
  readonly log: string;
  writes = 0;
  readonly #target: Target;
  readonly #random: Random;
  readonly #operations: OperationLog;
  #digests = 0;

  constructor(target: Target, random: Random, folder: string) {
    this.log = join(folder, "plain.log");
    this.#target = target;
    this.#random = random;
    this.#operations = new OperationLog(this.log);
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await sleep(this.#random.integer(MOST_MS_BETWEEN));
      await this.#write();
    }
    this.#operations.close();
  }

  async #write(): Promise<void> {
    const project = this.#random.integer(PROJECTS.length);
    const { put, remove, isMove } = this.#choose();
    const isTakenBack = this.#random.integer(10) === 0;
    const write = `plain.w${++this.writes}`;
    const begin = nowUs();
    this.#operations.add({ kind: "writing", write, project, begin, put, remove });
    try {
      const report = await this.#target.writePlainly({ project: PROJECTS[project] as string, put, remove, isMove, isTakenBack });
      this.#operations.add({ kind: "written", write, project, ...report, begin, end: nowUs() });
    } catch (error) {
      const failed = { kind: "failed", what: "plain write", write, message: String(error), begin, end: nowUs() } as const;
      if (error instanceof TakenBack) this.#operations.add({ ...failed, code: ROLLED_BACK });
      // If the server was killed meanwhile, it has stored all of the write, or nothing.
      else this.#operations.add({ ...failed, code: "E_DATABASE_UNAVAILABLE", fault: "uncertain" });
    }
  }

  #choose(): { readonly put: readonly NamedFile[]; readonly remove: readonly string[]; readonly isMove: boolean } {
    const paths = this.#random.shuffled(PATHS);
    const file = (): NamedFile => [paths.pop() as string, `plain.${++this.#digests}`];
    const path = (): string => paths.pop() as string;
    switch (this.#random.integer(8)) {
      case 0:
      case 1:
        return { put: [], remove: [path()], isMove: false };
      case 2:
        return { put: [file()], remove: [path()], isMove: true };
      case 3:
        return { put: [file(), file(), file()], remove: [path(), path()], isMove: false };
      default:
        return { put: [file()], remove: [], isMove: false };
    }
  }
}
