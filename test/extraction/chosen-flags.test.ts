import { expect, test } from "vitest";
import { choosesFlags } from "../../src/extraction/pool/large-grammars.ts";

test.each([
  [["--import", "./wasm.js"], undefined],
  [["--experimental-wasm-modules", "--wasm-max-mem-pages=100"], undefined],
  [[], "--require ./wasm-tier-up.cjs --title=wasm-lazy-compilation"],
  [[], ""],
])("the options %j and %j leave open how large grammars are compiled", (argv, nodeOptions) => {
  expect(choosesFlags(argv, nodeOptions)).toBe(false);
});

test.each([
  [["--no-wasm-tier-up"], undefined],
  [["--wasm_tier_up"], undefined],
  [["--nowasm-lazy-compilation"], ""],
  [["--inspect", "--wasm-dynamic-tiering=false"], ""],
  [[], '--max-old-space-size=100 "--no_wasm_dynamic_tiering"'],
])("the options %j and %j say how large grammars are compiled, and are left as they are", (argv, nodeOptions) => {
  expect(choosesFlags(argv, nodeOptions)).toBe(true);
});
