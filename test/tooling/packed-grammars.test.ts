import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { packedName, readGrammar } from "../../src/extraction/grammar-file.ts";
import { LANGUAGES } from "../../src/extraction/languages/languages.ts";

test("the package has every grammar that is used, byte for byte, and none besides", () => {
  const folder = mkdtempSync(join(tmpdir(), "metacache-grammars-"));
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, "../../scripts/package/pack-grammars.ts"), folder]);
    const grammars = [...new Set(LANGUAGES.map(({ grammar }) => grammar))];
    expect(readdirSync(folder).sort()).toEqual([...grammars.map(packedName), "NOTICE.md"].sort());
    const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    for (const grammar of grammars) {
      expect(digest(brotliDecompressSync(readFileSync(join(folder, packedName(grammar))))), grammar).toBe(digest(readGrammar(grammar)));
    }
    const notice = readFileSync(join(folder, "NOTICE.md"), "utf8");
    for (const grammar of grammars) expect(notice).toContain(grammar.split("/").at(-1));
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(3_000_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
