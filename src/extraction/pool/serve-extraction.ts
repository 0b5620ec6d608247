import { getHeapStatistics } from "node:v8";
import { isMainThread, parentPort, workerData } from "node:worker_threads";

import { assert } from "../../base/assert.ts";
import { systemClock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { extractSourceFile, type ExtractionSettings, type SourceExtractor } from "../extract-source-file.ts";
import type { ExtractionReply, ExtractionRequest } from "./extraction-messages.ts";

/**
 * The worker's side of an `ExtractionPool`. Answers requests one after the other, until the thread
 * is terminated.
 */
export async function serveExtraction(createExtractor: () => Promise<SourceExtractor>): Promise<void> {
  assert(!isMainThread && parentPort !== null, "the extraction worker was started as a program of its own");
  const port = parentPort;
  const settings = workerData as ExtractionSettings;
  const reply = (message: ExtractionReply): void => port.postMessage(message);
  try {
    const extractor = await createExtractor();
    const answer = async ({ id, task, outlineOnly }: ExtractionRequest): Promise<void> => {
      const outcome = await extractSourceFile(task, settings, extractor, systemClock, outlineOnly);
      // Sent before the answer, because the pool may give the thread another file after it.
      if (isHeavy()) reply({ kind: "heavy" });
      if (outcome.kind === "extracted") {
        const { record, state } = outcome;
        reply({ kind: "extracted", id, json: JSON.stringify(record), ...(state !== undefined && { state }) });
      } else reply({ kind: "other", id, outcome });
    };
    let last = Promise.resolve();
    port.on("message", (request: ExtractionRequest) => {
      last = last.then(() => answer(request));
      // Begins no other file. The pool gives the remaining files to the thread that replaces this
      // one.
      last.catch((error: unknown) => reply({ kind: "broken", message: messageOf(error) }));
    });
    reply({ kind: "ready" });
  } catch (error) {
    reply({ kind: "unusable", message: messageOf(error) });
  }
}

/** Counts only this thread: its objects, and the memory of its parser. */
function isHeavy(): boolean {
  const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external > HEAVY_BYTES;
}

/** Twice as much as a thread uses that has loaded its grammars and met only ordinary files. */
const HEAVY_BYTES = 160 << 20;
