import assert from "node:assert/strict";
import { IndexLoader } from "../../../src/indexing/index-loader.ts";
import { finished } from "../../../src/indexing/index-manager.ts";
import { prepareReferences } from "../../../src/query/references/prepared-references.ts";
import { QueryEngine } from "../../../src/query/query-engine.ts";
import type { ProjectPath } from "../../../src/record/project-path.ts";
import type { Term } from "../../../src/record/terms.ts";
import { referenceTermsOf } from "../../../src/references/reference-terms.ts";
import { nameOf } from "../../../src/references/candidates.ts";
import type { Random } from "../../../testing/random.ts";
import { calling, race } from "../../measuring/measure.ts";
import { figuresOf, type Row } from "../../row.ts";

/**
 * One file in 50 is a document, with links to documents near it. Three in ten of the others cite
 * one.
 */
const FILES_A_DOCUMENT = 50;
const LINKS_A_DOCUMENT = 4;
const NEAR = 40;
const CITING_SHARE = 0.3;
const DEPTH = 5;
const TO_REACH_MS = 5;
const TARGETS = 64;
const PAGE = 50;

export const referencesRow: Row = {
  id: "references",
  what: "who depends on a document, to depth 5, on the index alone",
  toReach: "5 ms",
  usesInternals: true,
  async run(stage) {
    const files = stage.records.length;
    const { engine, citing } = graphOf(files, stage.random);
    const documents = Math.ceil(files / FILES_A_DOCUMENT);
    const args = Array.from({ length: TARGETS }, () => documentOf(stage.random.integer(documents)));
    for (const path of args.slice(0, 8)) {
      const { total } = engine.references(prepareReferences({ path, depth: DEPTH }), () => undefined);
      assert.equal(total, reached(citing, path, DEPTH));
    }
    const results = await race(
      [1, 2, DEPTH].map((depth) => ({
        name: `metacache, depth ${depth}`,
        run: calling(args, (path) => engine.references(prepareReferences({ path, depth, limit: PAGE }), () => undefined).total),
      })),
      stage.options,
    );
    const figures = figuresOf(results);
    const ms = (figures.at(-1)?.value.median ?? 0) / 1_000;
    return {
      figures,
      goals: [{ text: `5 ms: ${ms.toFixed(2)} ms`, reached: ms <= TO_REACH_MS }],
      verified: "how many files are met from 8 documents, equal to a plain walk",
      notes: [`a document has ${LINKS_A_DOCUMENT} links; ${CITING_SHARE * 100} % of the code cite one document`],
    };
  },
};

function documentOf(number: number): string {
  return `docs/area${Math.floor(number / NEAR)}/topic-${number}.md`;
}

function graphOf(
  files: number,
  random: Random,
): { readonly engine: QueryEngine; readonly citing: ReadonlyMap<string, ReadonlySet<string>> } {
  const documents = Math.ceil(files / FILES_A_DOCUMENT);
  const loader = new IndexLoader();
  const citing = new Map<string, Set<string>>();
  for (let file = 0; file < files; file++) {
    const isDocument = file < documents;
    const path = isDocument ? documentOf(file) : `src/module${file % 300}/file-${file}.ts`;
    const count = isDocument ? LINKS_A_DOCUMENT : random.integer(100) < 100 * CITING_SHARE ? 1 : 0;
    const terms = new Set<string>();
    for (let each = 0; each < count; each++) {
      const near = Math.floor(file / NEAR) * NEAR + random.integer(NEAR);
      const target = documentOf(isDocument ? Math.min(near, documents - 1) : random.integer(documents));
      for (const term of referenceTermsOf("link", `/${target}`, path)) terms.add(term);
      citing.set(target, (citing.get(target) ?? new Set<string>()).add(path));
    }
    loader.add({ path: path as ProjectPath, size: 1, modifiedAt: 1 }, 1, {
      language: [(isDocument ? "markdown" : "typescript") as Term],
      referenceDoc: [...terms] as Term[],
      fileName: [nameOf(path) as Term],
      functionName: [],
      className: [],
      symbol: [],
    });
  }
  return { engine: new QueryEngine(finished(loader.finish())), citing };
}

function reached(citing: ReadonlyMap<string, ReadonlySet<string>>, start: string, depth: number): number {
  const seen = new Set<string>();
  let level: readonly string[] = [start];
  for (let step = 1; step <= depth; step++) {
    level = level
      .flatMap((path) => [...(citing.get(path) ?? [])])
      .filter((path) => (path !== start || step === 1) && !seen.has(path) && seen.add(path));
  }
  return seen.size;
}
