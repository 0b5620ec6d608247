import { systemClock } from "../../src/base/clock.ts";
import { Slices } from "../../src/base/slices.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { NewCheckpoint } from "../../src/database/checkpoint-store.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { Image } from "../../src/indexing/image/image.ts";
import { ImageLayer } from "../../src/indexing/layers/image-layer.ts";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import { OpenedGeneration } from "../../src/threads/protocol/opened-generation.ts";
import type { Plant } from "./plants.ts";

const WRONG_INDEX =
  /the cache's own checks found something|at that revision the answer is|files match at that revision|was (?:p[\w.]+|plain\.\d+|not there) at revision/;

/**
 * Bugs of the parts below a cache. They are planted in the classes of one process, before it opens
 * anything. Errors that the process leaves in the database show in the processes that start later.
 */
export const INDEX_PLANTS: Readonly<Record<string, Plant>> = {
  "mask-of-a-layer-lost": {
    found: WRONG_INDEX,
    sabotage: (random) => {
      const { mask } = ImageLayer.prototype;
      onRemoval((layer, rank) => {
        if (random.integer(4) > 0) mask.call(layer, rank);
      });
    },
  },
  "change-during-a-merge-lost": {
    found: WRONG_INDEX,
    sabotage: () => {
      const { mask, isMasked } = ImageLayer.prototype;
      const removed = new WeakMap<ImageLayer, Set<number>>();
      onRemoval((layer, rank) => {
        mask.call(layer, rank);
        removed.set(layer, (removed.get(layer) ?? new Set()).add(rank));
      });
      // A merge asks for masks only to learn which ranks were masked since it started.
      let isStepping = false;
      ImageLayer.prototype.isMasked = function isMaskedAsFarAsSeen(this: ImageLayer, rank) {
        return isMasked.call(this, rank) && !(isStepping && removed.get(this)?.has(rank) === true);
      };
      const { merge } = IndexManager.prototype;
      IndexManager.prototype.merge = function* mergeForgetfully(this: IndexManager, images) {
        const steps = merge.call(this, images);
        try {
          for (;;) {
            isStepping = true;
            const step = steps.next();
            isStepping = false;
            if (step.done === true) return step.value;
            yield;
          }
        } finally {
          steps.return(undefined as never);
        }
      };
      // Otherwise an index of so few records is merged without a pause.
      Object.defineProperty(Slices.prototype, "isOver", { get: () => true });
    },
  },
  "checkpoint-named-too-late": {
    found: WRONG_INDEX,
    isOfCheckpoints: true,
    sabotage: () =>
      changeCheckpoints(async (checkpoint, store) => {
        // As long as the merge of a large index takes.
        await systemClock.sleep(50);
        return { ...checkpoint, position: await store.position() };
      }),
  },
  "checkpoint-half-written": {
    found: WRONG_INDEX,
    isOfCheckpoints: true,
    sabotage: () => changeCheckpoints(async (checkpoint) => ({ ...checkpoint, bytes: halfOf(checkpoint.bytes) })),
  },
  "checkpoint-of-another-history": {
    found: WRONG_INDEX,
    isOfCheckpoints: true,
    isOfHistories: true,
    sabotage: () => {
      const last = new Map<string, NewCheckpoint>();
      const undone = new Map<string, Uint8Array>();
      changeCheckpoints(async (checkpoint, store) => {
        const before = last.get(store.project);
        last.set(store.project, checkpoint);
        if (before !== undefined) {
          const { continues } = await store.readChanges({ ...before.position, horizon: before.position.revision }, 0);
          if (!continues) undone.set(store.project, before.bytes);
        }
        return { ...checkpoint, bytes: undone.get(store.project) ?? checkpoint.bytes };
      });
    },
  },
  "thread-takes-images-without-their-log": {
    where: "thread",
    found: WRONG_INDEX,
    sabotage: () => {
      OpenedGeneration.prototype.replayTo = () => undefined;
    },
  },
};

/**
 * Masks removed records in a different way. If records stayed in two layers, they would be read
 * again and again, and the run would end before anything is found.
 */
function onRemoval(maskRemoved: (layer: ImageLayer, rank: number) => void): void {
  const { mask } = ImageLayer.prototype;
  const { remove } = IndexManager.prototype;
  let isRemoving = false;
  ImageLayer.prototype.mask = function maskAny(this: ImageLayer, rank) {
    if (isRemoving) maskRemoved(this, rank);
    else mask.call(this, rank);
  };
  IndexManager.prototype.remove = function removeMarked(this: IndexManager, path) {
    isRemoving = true;
    try {
      return remove.call(this, path);
    } finally {
      isRemoving = false;
    }
  };
}

/** Changes every checkpoint that a cache of this process writes. */
function changeCheckpoints(change: (checkpoint: NewCheckpoint, store: ProjectStore) => Promise<NewCheckpoint>): void {
  const open = MetadataCache.open.bind(MetadataCache);
  MetadataCache.open = (store, ...given) => {
    const { checkpoints } = store;
    const write = checkpoints.write.bind(checkpoints);
    checkpoints.write = async (checkpoint) => write(await change(checkpoint, store));
    return open(store, ...given);
  };
}

/**
 * The image of an index without every second record. A wrong checksum or a wrong head would prove
 * nothing, because readers refuse such images.
 */
function halfOf(bytes: Uint8Array): Uint8Array {
  const memory = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(memory).set(bytes);
  const image = Image.open(memory);
  if (image === undefined || image.count < 2) return bytes;
  const index = IndexManager.of(image);
  for (const [number, path] of [...index.paths()].entries()) if (number % 2 === 0) index.remove(path);
  return new Uint8Array(finished(index.merge(index.images)).image.memory);
}
