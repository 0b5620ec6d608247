import type { Fingerprint } from "../../record/fingerprint.ts";
import type { RecordSink } from "../../extraction/run/record-sink.ts";
import type { ProjectPath } from "../../record/project-path.ts";

/**
 * The sink for a run over some paths. Such a run does not count as a run over the tree: the noted
 * time of the last run over the tree stays.
 */
export function partSink(whole: RecordSink, known: ReadonlyMap<ProjectPath, Fingerprint>): RecordSink {
  const { source } = whole;
  return {
    update: (records) => whole.update(records),
    remove: (paths) => whole.remove(paths),
    async *fingerprints() {
      yield [...known.values()];
    },
    ...(source !== undefined && {
      source: {
        begin: nothing,
        end: nothing,
        noteStates: (states) => source.noteStates(states),
        hasOthers: () => source.hasOthers(),
        copy: (files) => source.copy(files),
        unreadable: (paths) => source.unreadable(paths),
        keep: (paths) => source.keep(paths),
        touch: (files) => source.touch(files),
      },
    }),
  };
}

async function nothing(): Promise<void> {}
