import { afterEach, beforeEach } from "vitest";
import { isMetacacheError } from "../../src/base/errors.ts";
import { describeFinding } from "../../src/base/finding.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";

// Loaded before every test file: whatever a test is about, every cache that it opens is verified
// when the test ends, and right before it is shut down. A test fails with what does not hold.

/**
 * Those that are not shut down, and those of them that outlive the test that runs (`beforeAll`).
 */
const open = new Set<MetadataCache>();
let shared: readonly MetadataCache[] = [];
const findings: string[] = [];

const openCache = MetadataCache.open.bind(MetadataCache);
MetadataCache.open = async (...given) => {
  const cache = await openCache(...given);
  open.add(cache);
  return cache;
};

const { shutdown } = MetadataCache.prototype;
MetadataCache.prototype.shutdown = function verifyAndShutdown(this: MetadataCache): Promise<void> {
  verify(this);
  open.delete(this);
  return shutdown.call(this);
};

/** A cache that is shut down has nothing left to verify. */
function verify(cache: MetadataCache): void {
  try {
    findings.push(...cache.verify().map(describeFinding));
  } catch (error) {
    if (!isMetacacheError(error, "E_CLOSED")) throw error;
  }
}

beforeEach(() => {
  shared = [...open];
});

afterEach(() => {
  for (const cache of open) verify(cache);
  for (const cache of open) if (!shared.includes(cache)) open.delete(cache);
  const found = findings.splice(0);
  if (found.length > 0) throw new TypeError(`a law does not hold after this test:\n  ${found.join("\n  ")}`);
});
