import { Random, Zipf } from "../../testing/random.ts";
import { type Workload, workloadOf } from "./workload.ts";

const SEED = 20_261_123;
const CAPACITIES = [500, 1_000, 2_000, 5_000, 10_000];

/** The same accesses in every run. `accesses` is the number of accesses of each workload. */
export function syntheticWorkloads(accesses: number): readonly Workload[] {
  return [
    workloadOf("zipf-0.8", "Zipf 0.8 over 50,000 records", zipf(accesses, 0.8), CAPACITIES),
    workloadOf("zipf-1.0", "Zipf 1.0 over 50,000 records", zipf(accesses, 1), CAPACITIES),
    workloadOf("loop", "one loop over 5,500 records, again and again", loop(accesses, 5_500), [1_000, 2_500, 4_000, 5_000, 5_400]),
    workloadOf("scans", "Zipf 0.9 over 20,000 records, and a scan of 10,000 more after every 20,000 accesses", scans(accesses), CAPACITIES),
    workloadOf(
      "shifting",
      "a working set of 2,000 records, a tenth of it replaced every 5,000 accesses",
      shifting(accesses),
      [250, 500, 1_000, 2_000, 4_000],
    ),
    workloadOf("sessions", "four assistants at work in a tree of 40,000 files", sessions(accesses), CAPACITIES),
  ];
}

function zipf(accesses: number, exponent: number): Int32Array {
  const random = new Random(SEED);
  const ranks = new Zipf(50_000, exponent);
  return Int32Array.from({ length: accesses }, () => ranks.draw(random));
}

function loop(accesses: number, length: number): Int32Array {
  return Int32Array.from({ length: accesses }, (_, position) => position % length);
}

/**
 * Readers of popular files. Now and then somebody reads a whole part of the tree, a different part
 * each time.
 */
function scans(accesses: number): Int32Array {
  const popular = 20_000;
  const random = new Random(SEED);
  const ranks = new Zipf(popular, 0.9);
  let scanned = popular;
  return Int32Array.from({ length: accesses }, (_, position) => (position % 30_000 < 20_000 ? ranks.draw(random) : scanned++));
}

/** The working set changes bit by bit, and files that leave it do not come back. */
function shifting(accesses: number): Int32Array {
  const random = new Random(SEED);
  const size = 2_000;
  const ranks = new Zipf(size, 0.6);
  const working = Array.from({ length: size }, (_, number) => number);
  let fresh = size;
  return Int32Array.from({ length: accesses }, (_, position) => {
    if (position % 5_000 === 4_999) for (let count = size / 10; count > 0; count--) working[random.integer(size)] = fresh++;
    return working[ranks.draw(random)] ?? 0;
  });
}

const DIRECTORIES = 2_000;
const FILES_IN_DIRECTORY = 20;

/**
 * What assistants may ask of a cache of files' metadata. This workload is imagined, because no real
 * trace is available. Four assistants work at once, each on one task for some 400 accesses. A task
 * is in three directories (some directories are used far more often than others). Mostly an
 * assistant comes back to what it read lately. Otherwise it reads on in its directories, looks up
 * what everybody looks up (the design, the base types), or lists a whole directory somewhere, file
 * by file, once.
 */
function sessions(accesses: number): Int32Array {
  const random = new Random(SEED);
  const directories = new Zipf(DIRECTORIES, 0.7);
  const files = new Zipf(FILES_IN_DIRECTORY, 0.5);
  const shared = new Zipf(1_000, 1);
  const assistants = Array.from({ length: 4 }, () => ({ left: 0, directories: [0], lately: [0], listing: [] as number[] }));

  return Int32Array.from({ length: accesses }, () => {
    const assistant = assistants[random.integer(assistants.length)];
    if (assistant === undefined) return 0;
    if (assistant.left-- <= 0) {
      assistant.left = 200 + random.integer(400);
      assistant.directories = [directories.draw(random), directories.draw(random), directories.draw(random)];
      assistant.lately = [];
    }
    const listed = assistant.listing.pop();
    if (listed !== undefined) return listed;
    const drawn = random.next();
    if (drawn < 0.5 && assistant.lately.length > 0) {
      // Half of the returns are to one of the last six or so.
      const back = Math.floor(-8 * Math.log(1 - random.next()));
      return assistant.lately[Math.max(0, assistant.lately.length - 1 - back)] ?? 0;
    }
    if (drawn < 0.52) {
      const directory = random.integer(DIRECTORIES);
      assistant.listing = Array.from({ length: FILES_IN_DIRECTORY }, (_, file) => fileIn(directory, file));
    }
    // Popular files are spread over the tree.
    const file =
      drawn < 0.7 ? fileIn(shared.draw(random) * 2, 0) : fileIn(assistant.directories[random.integer(3)] ?? 0, files.draw(random));
    assistant.lately.push(file);
    return file;
  });
}

function fileIn(directory: number, file: number): number {
  return directory * FILES_IN_DIRECTORY + file;
}
