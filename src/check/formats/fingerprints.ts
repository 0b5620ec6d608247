import type { CheckFinding } from "../finding.ts";
import type { Reported } from "./reported.ts";

/**
 * Returns a fingerprint for each finding, which differs from all others and stays if the finding
 * moves inside its file. It is made of the rule, the file, the text of the reference, and the line
 * without white space. Findings that agree in all of these get a count.
 */
export function fingerprintsOf(findings: readonly CheckFinding[], { lineOf }: Reported): readonly string[] {
  const counts = new Map<string, number>();
  return findings.map(({ code, path, line, target, section = "" }) => {
    const hash = hashOf([code, path, target, section, lineOf(path, line).replace(/\s+/g, "")].join("\0"));
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    return `${hash}:${count}`;
  });
}

const PRIME = 0x100000001b3n;
const OFFSET = 0xcbf29ce484222325n;

/** FNV-1a of 64 bits: it is fast, and nobody gains from a collision. */
function hashOf(text: string): string {
  let hash = OFFSET;
  for (let at = 0; at < text.length; at++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * PRIME);
  return hash.toString(16).padStart(16, "0");
}
