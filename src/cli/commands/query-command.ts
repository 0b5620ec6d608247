import type { QueryAnswer } from "../../cache/metadata-cache.ts";
import type { FileMetadata } from "../../model/file-metadata.ts";
import type { MetadataQuery, OrderBy } from "../../query/metadata-query.ts";
import { type Output, shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

export interface QueryOptions extends CommonOptions {
  readonly language?: string[];
  readonly function?: string[];
  readonly class?: string[];
  readonly doc?: string[];
  readonly path?: string;
  readonly prefix?: string;
  readonly sort?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly paths?: boolean;
  readonly count?: boolean;
}

const DEFAULT_LIMIT = 20;

/** `metacache query`: the files that meet all criteria. */
export async function queryCommand(options: QueryOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const query: MetadataQuery = {
      language: options.language,
      functionName: options.function,
      className: options.class,
      referenceDoc: options.doc,
      pathPattern: options.path,
      pathPrefix: options.prefix,
      orderBy: options.sort as OrderBy | undefined,
      limit: options.limit ?? DEFAULT_LIMIT,
      cursor: options.cursor,
    };
    const byName = [options.language, options.function, options.class, options.doc].some((names) => names !== undefined);
    if (options.count === true) {
      const total = cache.count(query);
      session.output.document("query", { total, revision: cache.revision });
      session.output.line(String(total));
      return total === 0 && byName ? 1 : 0;
    }
    const answer = await cache.query(options.paths === true ? { ...query, select: ["path"] } : query);
    session.output.document("query", answer);
    if (options.paths === true) for (const { path } of answer.items) session.output.line(shown(path));
    else printAnswer(session.output, answer);
    return answer.total === 0 && byName ? 1 : 0;
  });
}

function printAnswer(output: Output, answer: QueryAnswer<FileMetadata>): void {
  output.table(
    answer.items.map((record) => [
      shown(record.path),
      record.language,
      `${record.functions.length} functions`,
      `${record.classes.length} classes`,
      shown(shortened(record.headerSections.intent)),
    ]),
  );
  output.line(`${answer.items.length} of ${answer.total} files, at revision ${answer.revision}.`);
  if (answer.unreadable > 0)
    output.line(`Not among them: ${answer.unreadable} rows that cannot be read (\`metacache status\` lists them).`);
  if (answer.nextCursor !== undefined) output.line(`More: --cursor ${answer.nextCursor}`);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
