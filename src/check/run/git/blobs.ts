import { MetacacheError } from "../../../base/errors.ts";
import { type GitResult, type GitSettings, runGit } from "../../../extraction/tree/run-git.ts";

/** Contents are read in groups: at most this many bytes are in memory at a time. */
const GROUP_BYTES = 32 << 20;
/** Without this, a repository could replace the named content with another one. */
const EXACT = ["--no-replace-objects", "cat-file"];

/**
 * Reads contents of a repository by their object names, exactly as they are stored: no filter and
 * no converter runs. Leaves out contents larger than `maxBytes`, missing objects (a partial clone
 * does not fetch them), and objects that are not file contents. Runs two git processes, and one
 * more for each 32 MiB. Throws `E_SOURCE` if git does not answer.
 */
export async function* readBlobs(
  root: string,
  objects: readonly string[],
  maxBytes: number,
  settings: GitSettings,
): AsyncGenerator<readonly [object: string, bytes: Buffer], void, undefined> {
  if (objects.length === 0) return;
  const sizes = await ask(root, "--batch-check", objects, settings);
  const lines = sizes.stdout.toString("latin1").split("\n");
  let group: string[] = [];
  let bytes = 0;
  for (const [at, object] of objects.entries()) {
    const size = sizeIn(lines[at] ?? "", object);
    if (size === undefined || size > maxBytes) continue;
    if (bytes + size > GROUP_BYTES && group.length > 0) {
      yield* readGroup(root, group, settings);
      group = [];
      bytes = 0;
    }
    group.push(object);
    bytes += size;
  }
  if (group.length > 0) yield* readGroup(root, group, settings);
}

async function* readGroup(
  root: string,
  objects: readonly string[],
  settings: GitSettings,
): AsyncGenerator<readonly [object: string, bytes: Buffer], void, undefined> {
  const { stdout } = await ask(root, "--batch", objects, settings);
  let at = 0;
  for (const object of objects) {
    const end = stdout.indexOf(LINE_FEED, at);
    if (end === -1) return;
    const size = sizeIn(stdout.toString("latin1", at, end), object);
    at = end + 1;
    if (size === undefined) continue;
    yield [object, stdout.subarray(at, at + size)];
    at += size + 1;
  }
}

const LINE_FEED = 0x0a;

/** Reads `<object> blob <size>`. Returns `undefined` if git reports a problem with the object. */
function sizeIn(line: string, object: string): number | undefined {
  const [name, kind, size] = line.split(" ");
  return name === object && kind === "blob" ? Number(size) : undefined;
}

async function ask(root: string, mode: string, objects: readonly string[], settings: GitSettings): Promise<GitResult> {
  const result = await runGit(root, [...EXACT, mode], { ...settings, input: `${objects.join("\n")}\n` });
  if (result.code === 0) return result;
  throw new MetacacheError("E_SOURCE", `git cannot read files of the repository around ${root}: ${result.stderr.trim()}`, {
    remedy: "run `git fsck` to look for damage",
  });
}
