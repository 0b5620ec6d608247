import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What must be said of the packages whose code is in a bundle: each with its license. `modules` are
 * the files that the bundle was made of.
 */
export function bundledNotices(modules: readonly string[]): string {
  const homes = new Set(modules.filter((path) => path.includes("node_modules")).map(homeOf));
  const parts = [...homes].sort().map((home) => {
    const { name, version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as Readonly<Record<string, string>>;
    const file = ["LICENSE", "LICENSE.md", "license", "LICENSE.txt"].map((each) => join(home, each)).find(existsSync);
    if (file === undefined) throw new Error(`the package ${name} has no license file: it cannot be bundled`);
    return `## ${name} ${version}\n\nLicense: ${license}.\n\n\`\`\`text\n${readFileSync(file, "utf8").trim()}\n\`\`\`\n`;
  });
  parts.push(
    ...EMBEDDED.map(
      ({ name, holder }) => `## ${name}\n\nLicense: MIT.\n\n\`\`\`text\nThe MIT License (MIT)\n\n${holder}\n\n${MIT}\n\`\`\`\n`,
    ),
  );
  return `# Packages in the command\n\nThe files in this folder have code of these packages in them, as their authors published it.\n\n${parts.join("\n")}`;
}

/** What a package has in its own files of others, without their license. */
const EMBEDDED = [{ name: "ajv, in @modelcontextprotocol/server", holder: "Copyright (c) 2015-2021 Evgeny Poberezkin" }];

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

/** The folder of the package that a file is of: the nearest whose manifest names one. */
function homeOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && "version" in (JSON.parse(readFileSync(manifest, "utf8")) as object)) return folder;
  }
}
