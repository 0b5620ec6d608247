import { INDEX_NAMES } from "../../model/terms.ts";
import { bytes, shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

const SHOWN_TERMS = 5;

/** `metacache stats`: what the cache holds once it is open, and the most frequent terms of each index. */
export async function statsCommand(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const stats = cache.getStats();
    const terms = Object.fromEntries(INDEX_NAMES.map((index) => [index, cache.terms(index).slice(0, SHOWN_TERMS)]));
    session.output.document("stats", { stats, terms });
    session.output.table([
      ["records", String(stats.records)],
      ["in memory", `${stats.residents} (${bytes(stats.residentBytes)})`],
      ["index", bytes(stats.indexBytes)],
      ["revision", String(stats.revision)],
      ...INDEX_NAMES.map((index) => [
        `${index} terms`,
        `${stats.terms[index]}: ${(terms[index] ?? []).map(({ term, count }) => `${shown(term)} ${count}`).join(", ")}`,
      ]),
    ]);
    return 0;
  });
}
