import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { isAbsence, MetacacheError } from "../../base/errors.ts";
import { nearest } from "../../base/text/nearest.ts";
import { projectLabel, realPathOf } from "../../cache/opening/resolve-project.ts";
import { type DatabaseLocation, shownLocation } from "../../database/location/database-location.ts";
import type { MetadataDatabase, ProjectDescription } from "../../database/metadata-database.ts";
import { confirm } from "../terminal/confirm.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { moment } from "../place/tree-reading.ts";

interface ProjectsOptions extends CommonOptions {
  readonly remove?: string;
  readonly prune?: boolean;
  readonly yes?: boolean;
}

/**
 * `metacache projects`: lists the projects of the database. With `--remove` or `--prune`, removes
 * projects.
 */
export const command: CommandDefinition = {
  example: "projects --remove /path/to/old",
  options: [
    ["--remove <name>", "remove this project and all its records from the database"],
    ["--prune", "remove the projects whose folder no longer exists, such as removed worktrees"],
    ["--yes", "do not ask"],
  ],
  run,
};

async function run(options: ProjectsOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withDatabase(async (database): Promise<ExitCode> => {
    const { projects } = await database.describe();
    if (options.prune === true) return prune(session, database, projects, options.yes === true);
    if (options.remove === undefined) return list(session, database, projects);
    const found = await findProject(session, projects, options.remove);
    return remove(session, database, found, options.yes === true);
  });
}

async function list({ output, project }: Session, database: MetadataDatabase, projects: readonly ProjectDescription[]): Promise<ExitCode> {
  const location = shownLocation(project.database);
  const labelled = [];
  for (const each of projects) {
    const runs = await (await database.openProject(each.name)).source.runs();
    labelled.push({
      ...each,
      label: projectLabel(each.name, project.database),
      isGone: await isGone(each, project.database),
      lastCompleteRun: runs?.complete ?? null,
      lastRun: runs?.latest ?? null,
    });
  }
  output.document("projects", { database: location, projects: labelled });
  output.table(
    labelled.map(({ label, files, revision, lastCompleteRun, isGone: gone }) => [
      quoteName(label),
      counted(files, "file"),
      `revision ${revision}`,
      ...(gone ? ["its folder no longer exists"] : []),
      lastCompleteRun === null ? "no run has read the whole tree yet" : `whole tree read ${moment(lastCompleteRun.endedAt)}`,
    ]),
  );
  output.line(`${counted(projects.length, "project")} in ${quoteName(location)}.`);
  return 0;
}

async function remove(
  { output, project }: Session,
  database: MetadataDatabase,
  found: ProjectDescription,
  sure: boolean,
): Promise<ExitCode> {
  const label = projectLabel(found.name, project.database);
  const what = `the project ${quoteName(label)} with ${counted(found.files, "file")} from ${quoteName(shownLocation(project.database))}`;
  if (!sure && !(await confirm(`Remove ${what}?`))) {
    output.document("projects", { removed: null });
    output.line("Nothing was removed.");
    return 2;
  }
  await database.removeProject(found.name);
  output.document("projects", { removed: { name: found.name, label, files: found.files } });
  output.line(`Removed ${what}. The files themselves stay as they are.`);
  return 0;
}

async function prune(
  { output, project }: Session,
  database: MetadataDatabase,
  projects: readonly ProjectDescription[],
  sure: boolean,
): Promise<ExitCode> {
  if (project.database.kind !== "sqlite") {
    throw new MetacacheError(
      "E_CONFIG",
      "--prune works only for a database in a file: it cannot tell which folders of other machines still exist",
      {
        remedy: "remove projects of a database on a server one by one: `metacache projects --remove NAME`",
      },
    );
  }
  const gone = [];
  for (const each of projects) if (await isGone(each, project.database)) gone.push(each);
  const what = `${counted(gone.length, "project")} whose folder no longer exists: ${gone.map(({ name }) => quoteName(name)).join(", ")}`;
  if (gone.length > 0 && !sure && !(await confirm(`Remove ${what}?`))) {
    output.document("projects", { pruned: [] });
    output.line("Nothing was removed.");
    return 2;
  }
  for (const { name } of gone) await database.removeProject(name);
  output.document("projects", { pruned: gone.map(({ name, files }) => ({ name, files })) });
  output.line(gone.length === 0 ? "The folders of all projects exist." : `Removed ${what}.`);
  return 0;
}

/**
 * Tells if the project is named by a folder, as worktrees are, and that folder no longer exists on
 * this machine.
 */
async function isGone({ name }: ProjectDescription, database: DatabaseLocation): Promise<boolean> {
  const folder = isAbsolute(name) ? name : name.slice(name.indexOf("@") + 1);
  if (database.kind !== "sqlite" || !isAbsolute(folder)) return false;
  return stat(folder).then(
    () => false,
    (error: unknown) => isAbsence(error),
  );
}

/** Finds a project by its name, or by its folder in any spelling. */
async function findProject({ project }: Session, projects: readonly ProjectDescription[], given: string): Promise<ProjectDescription> {
  const label = ({ name }: ProjectDescription): string => projectLabel(name, project.database);
  const path = await realPathOf(given);
  const found = projects.find(({ name }) => name === given) ?? projects.find((each) => label(each) === given || label(each) === path);
  if (found !== undefined) return found;
  const alike = nearest(given, projects.map(label));
  const remedy = alike === undefined ? "`metacache projects` lists the known ones" : `did you mean ${JSON.stringify(alike)}?`;
  throw new MetacacheError(
    "E_PROJECT_UNKNOWN",
    `the database ${shownLocation(project.database)} does not know the project ${JSON.stringify(given)}`,
    { remedy },
  );
}
