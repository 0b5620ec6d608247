import { type Finding, finding } from "../base/finding.ts";
import { INDEX_NAMES, type IndexName } from "../record/terms.ts";
import type { IndexLayer } from "./layers/layer.ts";
import { hasBit } from "./layers/ranks.ts";

/**
 * Recomputes every relation within layers and between them. Returns a finding for each one that is
 * broken. Cost: O(the whole index).
 */
export function verifyIndex(layers: readonly IndexLayer[]): Finding[] {
  const findings = layers.flatMap((layer) => [...verifyPaths(layer), ...verifyLanguages(layer)]);
  for (const layer of layers) findings.push(...verifyForwardLists(layer));
  for (const layer of layers) for (const index of INDEX_NAMES) findings.push(...verifyTerms(layer, index));
  const seen = new Set<string>();
  for (const layer of layers) {
    const paths = layer.paths();
    for (let rank = 0; paths.next(); rank++) {
      if (isMasked(layer, rank)) continue;
      const path = paths.text();
      if (seen.has(path)) findings.push(finding("INDEX_PATH", `${JSON.stringify(path)} is in two layers`, { path }));
      seen.add(path);
    }
  }
  return findings;
}

function verifyPaths(layer: IndexLayer): Finding[] {
  const findings: Finding[] = [];
  const paths = layer.paths();
  let before: string | undefined;
  let ranks = 0;
  let size = 0;
  for (; paths.next(); ranks++) {
    const path = paths.text();
    const name = JSON.stringify(path);
    if (before !== undefined && before >= path)
      findings.push(finding("INDEX_ORDER", `${name} is listed after ${JSON.stringify(before)}`, { path }));
    before = path;
    if (layer.lowerBound(path) !== ranks) findings.push(finding("INDEX_PATH", `${name} is not found at its rank ${ranks}`, { path }));
    if (isMasked(layer, ranks)) continue;
    size++;
    if (layer.find(path) !== ranks || layer.rankOf(layer.idAt(ranks)) !== ranks)
      findings.push(finding("INDEX_PATH", `${name} is not found by its path or its id`, { path }));
  }
  if (ranks !== layer.ranks || size !== layer.size)
    findings.push(finding("INDEX_COUNT", `a layer has ${ranks} paths and ${size} records, not ${layer.ranks} and ${layer.size}`));
  return findings;
}

function verifyLanguages(layer: IndexLayer): Finding[] {
  const findings: Finding[] = [];
  const seen = new Uint8Array(layer.ranks);
  const terms = layer.terms("language");
  while (terms.next()) {
    const language = terms.text();
    terms.ranks().forEach((rank) => {
      seen[rank] = (seen[rank] ?? 0) + 1;
      if (rank < layer.ranks && layer.languageAt(rank) !== language)
        findings.push(finding("INDEX_TERMS", `rank ${rank} is listed under the language ${JSON.stringify(language)}, but has another`));
    });
  }
  seen.forEach((count, rank) => {
    if (count === 1) return;
    // A broken layer may have fewer paths than ranks.
    const [path] = layer.pathsBetween(rank, rank + 1);
    const about = path === undefined ? {} : { path };
    findings.push(
      finding("INDEX_TERMS", `${path === undefined ? `rank ${rank}` : JSON.stringify(path)} is listed under ${count} languages`, about),
    );
  });
  return findings;
}

function verifyTerms(layer: IndexLayer, index: IndexName): Finding[] {
  const findings: Finding[] = [];
  const terms = layer.terms(index);
  let before: string | undefined;
  let count = 0;
  for (; terms.next(); count++) {
    const term = terms.text();
    const name = `${index} ${JSON.stringify(term)}`;
    if (before !== undefined && before >= term)
      findings.push(finding("INDEX_ORDER", `the ${name} is listed after ${JSON.stringify(before)}`));
    before = term;
    const ranks = terms.ranks();
    let last = -1;
    let members = 0;
    ranks.forEach((rank) => {
      if (rank <= last || rank >= layer.ranks) findings.push(finding("INDEX_ORDER", `the ${name} lists rank ${rank} after ${last}`));
      last = rank;
      members++;
    });
    if (members === 0 || members !== ranks.count)
      findings.push(finding("INDEX_COUNT", `the ${name} lists ${members} records, not ${ranks.count}`));
    if (layer.withTerm(index, term)?.count !== members) findings.push(finding("INDEX_TERMS", `the ${name} is not found by its text`));
  }
  if (count !== layer.termCount(index))
    findings.push(finding("INDEX_COUNT", `a layer has ${count} terms of ${index}, not ${layer.termCount(index)}`));
  return findings;
}

/** Checks that the references of each record equal the terms that list the record. */
function verifyForwardLists(layer: IndexLayer): Finding[] {
  const byRank = new Map<number, string[]>();
  const terms = layer.terms("referenceDoc");
  while (terms.next()) {
    const term = terms.text();
    terms.ranks().forEach((rank) => {
      const known = byRank.get(rank);
      if (known === undefined) byRank.set(rank, [term]);
      else known.push(term);
    });
  }
  const findings: Finding[] = [];
  for (let rank = 0; rank < layer.ranks; rank++) {
    const wanted = byRank.get(rank) ?? [];
    const found = [...layer.referenceTermsAt(rank)].sort();
    if (found.length === wanted.length && found.every((term, place) => term === wanted[place])) continue;
    const path = layer.pathAt(rank);
    findings.push(finding("INDEX_TERMS", `${JSON.stringify(path)} has other references than the terms that list it`, { path }));
  }
  return findings;
}

function isMasked({ masked }: IndexLayer, rank: number): boolean {
  return masked !== undefined && hasBit(masked, rank);
}
