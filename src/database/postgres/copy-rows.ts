import type { CopiedFile, FileToCopy } from "../extraction-store.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { COPIED_COLUMNS, decodeProblems } from "../shared/row-codec.ts";
import type { Row, Statement } from "./connection/postgres-session.ts";

const COPIED = COPIED_COLUMNS.join(", ");
const OF_CONTENT = `WHERE digest = wanted.digest AND language = wanted.language AND extractor_version = wanted.extractor_version
        AND problems NOT LIKE '%time-budget%' LIMIT 1`;

function compared(table: string): string {
  return ["size", "modified_at", ...COPIED_COLUMNS].map((column) => `${table}.${column}`).join(", ");
}

/**
 * Values: the project's id, then of each file path, size, time, digest, language and version. One
 * row for each file that was found.
 */
export const COPY_ROWS: Statement = {
  name: "metacache_copy",
  text: `WITH source AS MATERIALIZED (
      SELECT wanted.path, wanted.size, wanted.modified_at, found.*
      FROM unnest($2::text[], $3::bigint[], $4::float8[], $5::text[], $6::text[], $7::text[])
        AS wanted (path, size, modified_at, digest, language, extractor_version),
      LATERAL (
        (SELECT ${COPIED} FROM metacache.file ${OF_CONTENT})
        UNION ALL
        (SELECT ${COPIED} FROM metacache.kept_extraction ${OF_CONTENT})
        LIMIT 1
      ) AS found
    ), put AS (
      INSERT INTO metacache.file (project_id, path, size, modified_at, ${COPIED})
      SELECT $1, path, size, modified_at, ${COPIED} FROM source
      ON CONFLICT (project_id, path_key) DO UPDATE SET (size, modified_at, ${COPIED}) = ROW (${compared("excluded")})
      WHERE (${compared("file")}) IS DISTINCT FROM (${compared("excluded")})
      RETURNING path
    )
    SELECT source.path, source.problems, put.path IS NOT NULL FROM source LEFT JOIN put ON put.path = source.path`,
};

export function copyValues(project: number, files: readonly FileToCopy[]): readonly unknown[] {
  return [
    project,
    files.map(({ path }) => path),
    files.map(({ size }) => size),
    files.map(({ modifiedAt }) => modifiedAt),
    files.map(({ digest }) => digest),
    files.map(({ language }) => language),
    files.map(({ extractorVersion }) => extractorVersion),
  ];
}

/** Problems that cannot be read are the mark of a row that cannot be: its reader will say so. */
export function decodeCopied(rows: readonly Row[]): readonly CopiedFile[] {
  return rows.map(([path, problems, isChanged]) => ({
    path: path as ProjectPath,
    problems: decodeProblems(problems) ?? [],
    isChanged: isChanged === true,
  }));
}
