import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { packedName } from "../../src/extraction/grammar-file.ts";
import { LANGUAGES } from "../../src/extraction/languages/languages.ts";

// Packs the grammars that are used into the folder that is given, with a notice that says where
// each comes from. Their packages have twice as many, and none of them compressed: 45 MB, which
// every installation would contain.
const folder = resolve(process.argv[2] ?? "dist/grammars");
const { resolve: find } = createRequire(import.meta.url);
mkdirSync(folder, { recursive: true });

const EACH = `Each grammar is under the MIT license of its authors: see the
repository \`tree-sitter-<language>\` of the organisation tree-sitter, or of the author whom the collection names.`;

const grammars = new Set(LANGUAGES.map(({ grammar }) => grammar));
for (const grammar of grammars) {
  const bytes = readFileSync(find(grammar));
  // The best quality takes forty times as long, for a tenth less.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
  writeFileSync(join(folder, packedName(grammar)), brotliCompressSync(bytes, { params }));
}
writeFileSync(join(folder, "NOTICE.md"), notice());

function notice(): string {
  const packages = Map.groupBy(grammars, (grammar) => grammar.split("/", 2).join("/"));
  const parts = Array.from(packages, ([name, files]) => {
    const home = dirname(find(`${name}/package.json`));
    const { version, repository, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
      readonly version: string;
      readonly repository?: string | { readonly url: string };
      readonly license: string;
    };
    const source = typeof repository === "object" ? repository.url : (repository ?? `the package ${name} of npm`);
    const list = files.map((file) => `- ${basename(file)}`).join("\n");
    const terms = readFileSync(join(home, "LICENSE"), "utf8").trim();
    return `## ${name} ${version}\n\nFrom ${source}. License of the collection: ${license}.\n\n${list}\n\n\`\`\`text\n${terms}\n\`\`\`\n`;
  });
  return `# Grammars\n\nThe grammars of tree-sitter in this folder were built by others, and are only compressed here. ${EACH}\n\n${parts.join("\n")}`;
}
