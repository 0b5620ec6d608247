import { BINARY_PROBE_BYTES, isBinary } from "../../extraction/encoding/byte-order-mark.ts";
import type { CheckConfig } from "../../config/check-config.ts";
import { DOCUMENT_LANGUAGES } from "../../record/document-languages.ts";
import { compareValues } from "../../base/text/text-order.ts";
import { findingKey } from "../baseline.ts";
import { checkReferences } from "../check-references.ts";
import type { CheckedRecord, CheckedTree } from "../checked-tree.ts";
import type { CheckFinding, DanglingPlace } from "../finding.ts";
import { citedLinesOf, withoutMarked } from "../ignore-marks.ts";
import { isPinned } from "./pinned.ts";
import { runRules } from "./run-rules.ts";
import { linesOf } from "./source-lines.ts";
import { extractedRecords } from "./git/extracted-records.ts";
import type { RepositoryChange } from "./git/change.ts";
import type { FormerFiles } from "./git/former-files.ts";

/**
 * Counts the findings that the changed files had before the change, marked or not. The keys are
 * those of `findingKey`, with the present paths of the files. A finding counts only if its reason
 * is older than the change, too: the file that a reference names did not exist before, either.
 */
export async function countFormerFindings(
  tree: CheckedTree,
  changed: ReadonlySet<string>,
  change: RepositoryChange,
  config: CheckConfig,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const { former, changed: allChanged, removed } = change.whole ?? change;
  if (former === undefined || changed.size === 0) return counts;
  const paths = [...allChanged];
  // Of other files, only their existence counts, and the headings of documents. One rule asks which
  // documents any file refers to.
  const isRead = (path: string): boolean =>
    config.rules["orphan-documents"] !== undefined || changed.has(path) || DOCUMENT_LANGUAGES.includes(tree.record(path)?.language ?? "");
  const { records, presentPaths, lines } = await readFormer(former, paths.filter(isRead));
  const formerTree = tree.replaced(allChanged, { records, others: [...(await former.existing(paths)), ...removed] });
  const ofChanged = records.filter(({ path }) => changed.has(presentPaths.get(path) ?? ""));
  for (const finding of findingsOf(ofChanged, formerTree, config, lines)) {
    const key = findingKey({ ...finding, path: presentPaths.get(finding.path) ?? finding.path });
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

interface FormerRecords {
  /** In the order of the former paths. */
  readonly records: readonly CheckedRecord[];
  /** The present path of each, by its former path. */
  readonly presentPaths: ReadonlyMap<string, string>;
  /** The lines of each, by its former path. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

async function readFormer(former: FormerFiles, paths: readonly string[]): Promise<FormerRecords> {
  const presentPaths = new Map<string, string>();
  const lines = new Map<string, readonly string[]>();
  const contents = async function* (): AsyncGenerator<readonly [path: string, bytes: Buffer], void, undefined> {
    for await (const { path, formerPath, bytes } of former.read(paths)) {
      if (isBinary(bytes.subarray(0, BINARY_PROBE_BYTES))) continue;
      presentPaths.set(formerPath, path);
      lines.set(formerPath, linesOf(bytes));
      yield [formerPath, bytes];
    }
  };
  const records: CheckedRecord[] = [];
  for await (const record of extractedRecords(contents())) records.push(record);
  return { records: records.sort((one, other) => compareValues(one.path, other.path)), presentPaths, lines };
}

function findingsOf(
  records: readonly CheckedRecord[],
  tree: CheckedTree,
  config: CheckConfig,
  lines: ReadonlyMap<string, readonly string[]>,
): readonly CheckFinding[] {
  const { dangling, sections } = checkReferences(records, tree);
  const lineAt = (path: string, line: number): string => lines.get(path)?.[line - 1] ?? "";
  const found = [
    ...dangling.filter((each) => !isPinned(each, lineAt)).map(missing),
    ...sections.map(({ finding }) => finding),
    ...runRules(config, tree, records, undefined),
  ];
  const byFile = Map.groupBy(found, ({ path }) => path);
  const objections = records.flatMap((record) => {
    const findings = byFile.get(record.path) ?? [];
    const cited = citedLinesOf(record, findings);
    const left = withoutMarked({ path: record.path, findings, lines: lines.get(record.path) ?? [], cited });
    const known = new Set(findings);
    return left.findings.filter((each) => !known.has(each));
  });
  return [...found, ...objections];
}

/** Nobody reads these texts: the finding is only counted. */
function missing({ path, place: { line, column, target, section }, severity }: DanglingPlace): CheckFinding {
  return { code: "missing", severity, path, line, column, target, section, problem: "", remedy: "" };
}
