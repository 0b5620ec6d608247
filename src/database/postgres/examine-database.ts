import { problemOf, remedyOf } from "../../base/errors.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { CHANGE_LOG_PROBLEMS, CHANGES_UNNOTICED, damagedCheckpoint } from "../shared/fault-texts.ts";
import { readCheckpoint } from "./checkpoint-rows.ts";
import { SELECT_PROJECT_NAMES } from "./project-rows.ts";
import type { PostgresServer } from "./connection/postgres-server.ts";
import type { Statement } from "./connection/postgres-session.ts";

const TRIGGERS = [
  "file_deleted",
  "file_inserted",
  "file_not_renumbered",
  "file_truncated",
  "file_updated",
  "project_deleted",
  "project_not_renumbered",
  "project_not_truncated",
];
const REBUILD = "run `DROP SCHEMA metacache CASCADE` there, and `metacache index`";

/**
 * Examines a database on a server: its triggers and its change log, and if anything prevents
 * writing or notifications.
 */
export async function examineDatabase(server: PostgresServer): Promise<readonly Finding[]> {
  return [
    ...(await examineTriggers(server)),
    ...(await examineChangeLog(server)),
    ...(await examineCheckpoints(server)),
    ...(await examineWriting(server)),
    ...(await examineConnections(server)),
    ...(await examineNotifications(server)),
  ];
}

async function examineTriggers(server: PostgresServer): Promise<Finding[]> {
  const enabled = new Set((await server.query(ENABLED_TRIGGERS)).map(([name]) => String(name)));
  return TRIGGERS.filter((trigger) => !enabled.has(trigger)).map((trigger) =>
    finding("DATABASE_SCHEMA", `the trigger ${trigger} is gone or disabled: ${CHANGES_UNNOTICED}`, { remedy: REBUILD }),
  );
}

const ENABLED_TRIGGERS: Statement = {
  name: "metacache_triggers",
  text: `SELECT tgname FROM pg_trigger
    WHERE tgrelid IN ('metacache.file'::regclass, 'metacache.project'::regclass) AND tgenabled IN ('O', 'A')`,
};

async function examineChangeLog(server: PostgresServer): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [problem, statement] of CHANGE_LOG_CHECKS) {
    const [[count] = []] = await server.query(statement);
    if (Number(count) > 0) findings.push(finding("DATABASE_CHANGE_LOG", `${problem}: ${String(count)}`, { remedy: REBUILD }));
  }
  return findings;
}

/** Each query counts rows that cannot exist while the triggers are in place. */
const CHANGE_LOG_CHECKS: readonly (readonly [string, Statement])[] = [
  [
    CHANGE_LOG_PROBLEMS.unlogged,
    {
      name: "metacache_unlogged",
      text: `SELECT count(*)::float8 FROM metacache.file WHERE NOT EXISTS
        (SELECT FROM metacache.change WHERE project_id = file.project_id AND path_key = file.path_key AND deleted = 0)`,
    },
  ],
  [
    CHANGE_LOG_PROBLEMS.orphaned,
    {
      name: "metacache_orphaned",
      text: `SELECT count(*)::float8 FROM metacache.change WHERE deleted = 0 AND NOT EXISTS
        (SELECT FROM metacache.file WHERE project_id = change.project_id AND path_key = change.path_key)`,
    },
  ],
  [
    CHANGE_LOG_PROBLEMS.ahead,
    {
      name: "metacache_ahead",
      text: `SELECT count(*)::float8 FROM metacache.change JOIN metacache.project ON project.id = change.project_id
        WHERE change.revision > project.revision`,
    },
  ],
  [
    CHANGE_LOG_PROBLEMS.forgotten,
    {
      name: "metacache_forgotten",
      text: `SELECT count(*)::float8 FROM metacache.project WHERE revision > 0 AND NOT EXISTS
        (SELECT FROM metacache.history WHERE project_id = project.id AND revision = project.revision AND token = project.token)`,
    },
  ],
];

async function examineCheckpoints(server: PostgresServer): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name] of await server.query(SELECT_PROJECT_NAMES)) {
    const found = await readCheckpoint(server, String(name));
    if (found?.damage !== undefined) findings.push(damagedCheckpoint(String(name), found.damage));
  }
  return findings;
}

async function examineWriting(server: PostgresServer): Promise<Finding[]> {
  try {
    await server.write((session) => session.exec("LOCK TABLE metacache.file IN ROW EXCLUSIVE MODE"));
    return [];
  } catch (error) {
    const remedy =
      remedyOf(error) ?? "connect to the primary server, with a user who may write, and end the program that holds a lock on the table";
    return [finding("DATABASE_WRITE", `nothing can be written: ${problemOf(error)}`, { remedy })];
  }
}

async function examineConnections(server: PostgresServer): Promise<Finding[]> {
  const [[used, allowed, longest] = []] = await server.query(CONNECTIONS);
  const findings: Finding[] = [];
  if (Number(used) > 0.9 * Number(allowed)) {
    const remedy = "raise the server's max_connections, or use a pooler such as pgbouncer";
    findings.push(finding("DATABASE_CONNECTIONS", `${String(used)} of the server's ${String(allowed)} connections are in use`, { remedy }));
  }
  if (Number(longest) > 3_600) {
    const remedy = "end the session: see pg_stat_activity, and pg_terminate_backend";
    const minutes = Math.round(Number(longest) / 60);
    findings.push(
      finding("DATABASE_TRANSACTION", `a transaction has been open for ${minutes} minutes: the server cannot remove old rows meanwhile`, {
        remedy,
      }),
    );
  }
  return findings;
}

const CONNECTIONS: Statement = {
  name: "metacache_connections",
  text: `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'),
      current_setting('max_connections')::int,
      (SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)::float8 FROM pg_stat_activity WHERE datname = current_database())`,
};

async function examineNotifications(server: PostgresServer): Promise<Finding[]> {
  if (await server.hears()) return [];
  const problem = "notifications do not arrive, so caches notice changes after a second instead of at once";
  return [finding("DATABASE_NOTIFICATIONS", problem, { remedy: "connect to the server itself, or to a pooler in session mode" })];
}
