import { MetacacheError } from "../base/errors.ts";
import { Problems } from "../base/validation.ts";

/** Throws `E_CONFIG` if a database cannot store the name. */
export function assertProjectName(name: string): void {
  const problems = new Problems();
  if (problems.text("", name) === "" && name === "") problems.add("", "must not be empty");
  if (problems.found.length > 0) throw new MetacacheError("E_CONFIG", `a project's name ${problems.found.join("; ")}`);
}
