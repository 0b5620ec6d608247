import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What must be said of the packages whose code is in a bundle: each with its license. `modules` are the files that the bundle was made of.
 */
export function bundledNotices(modules: readonly string[]): string {
  const homes = new Set(modules.filter((path) => path.includes("node_modules")).map(homeOf));
  const parts = [...homes].sort().map((home) => {
    const { name, version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as Readonly<Record<string, string>>;
    const file = ["LICENSE", "LICENSE.md", "license", "LICENSE.txt"].map((each) => join(home, each)).find(existsSync);
    if (file === undefined) throw new Error(`the package ${name} has no license file: it cannot be bundled`);
    return `## ${name} ${version}\n\nLicense: ${license}.\n\n\`\`\`text\n${readFileSync(file, "utf8").trim()}\n\`\`\`\n`;
  });
  return `# Packages in the command\n\nThe files in this folder have code of these packages in them, as their authors published it.\n\n${parts.join("\n")}`;
}

/** The folder of the package that a file is of: the nearest whose manifest names one. */
function homeOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && "version" in (JSON.parse(readFileSync(manifest, "utf8")) as object)) return folder;
  }
}
