import { readFileSync, statfsSync } from "node:fs";

/**
 * File systems on which other machines can change files without an event on this one, by the
 * numbers that Linux gives them (statfs(2)).
 */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "SMB"],
  [0xfe534d42, "SMB"],
  [0x01021997, "9P (a virtual machine or WSL)"],
  [0x65735546, "FUSE (a container or sshfs)"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x786f4256, "a shared folder of VirtualBox"],
]);

/**
 * Returns the kind of a mount, at the root or below it, that sends no events for changes that other
 * machines make. Returns `undefined` if there is no such mount.
 */
export function remoteMountOf(root: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  for (const directory of [root, ...mountsBelow(root)]) {
    const kind = kindOf(directory);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function mountsBelow(root: string): readonly string[] {
  try {
    const points = readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .map((line) =>
        (line.split(" ")[4] ?? "").replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
      );
    return points.filter((point) => point.startsWith(`${root}/`));
  } catch {
    return [];
  }
}

function kindOf(directory: string): string | undefined {
  try {
    return REMOTE.get(statfsSync(directory).type >>> 0);
  } catch {
    return undefined;
  }
}
