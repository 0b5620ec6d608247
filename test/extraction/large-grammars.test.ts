import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { readGrammar } from "../../src/extraction/grammar-file.ts";
import { LANGUAGES } from "../../src/extraction/languages/languages.ts";
import { LARGE_GRAMMARS } from "../../src/extraction/pool/large-grammars.ts";
import { TemporaryTree } from "./temporary-tree.ts";

const CODE_SECTION = 10;

/** The bytes of the largest function of a WebAssembly module. */
function largestFunction(bytes: Uint8Array): number {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  let largest = 0;
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = number() + at;
    if (section === CODE_SECTION) {
      for (let left = number(); left > 0; left--) {
        const length = number();
        largest = Math.max(largest, length);
        at += length;
      }
    }
    at = end;
  }
  return largest;
}

describe("grammars of which one function is huge", () => {
  it("are known by name", () => {
    const grammars = [...new Set(LANGUAGES.map(({ grammar }) => grammar))];
    const large = grammars.filter((grammar) => largestFunction(readGrammar(grammar)) > 100_000);
    expect([...LARGE_GRAMMARS].sort()).toEqual(large.sort());
  });

  it("take no more memory to compile than others", () => {
    using tree = new TemporaryTree();
    const script = Array.from({ length: 200 }, (_, line) => `f${line}() {\n  echo "$1" | sed 's/a/b/' > "\${2:-x}"\n}\n`).join("");
    for (let file = 0; file < 20; file++) tree.write(`f${file}.sh`, script);
    const program = fileURLToPath(new URL("./index-for-memory.ts", import.meta.url));
    const output = execFileSync(process.execPath, [program, tree.root], { encoding: "utf8", timeout: 250_000 });
    const { added, peakMib } = JSON.parse(output) as { added: number; peakMib: number };
    expect(added).toBe(20);
    expect(peakMib).toBeLessThan(350);
  });
});
