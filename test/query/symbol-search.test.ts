import { expect, it } from "vitest";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import { termsOf } from "../../src/record/terms.ts";
import { symbolPage } from "../../src/query/symbols/symbol-page.ts";
import { prepareSymbolQuery } from "../../src/query/symbols/prepared-symbol-query.ts";
import { SymbolSearch } from "../../src/query/symbols/symbol-search.ts";
import { recordOf } from "../support/small-records.ts";

it("finds symbols in records that are frozen and no image yet, as in those that changed last and in images", () => {
  const index = new IndexManager();
  const put = (path: string): void => {
    const record = recordOf({ path, functions: ["parseFile"] });
    index.put(record, 1, termsOf(record));
  };
  const found = (): number => {
    const query = prepareSymbolQuery({ name: { like: "pars" } });
    const search = new SymbolSearch(query);
    for (const _ of search.look(index.layers));
    expect(search.hasLooked(index.layers)).toBe(true);
    return symbolPage(search.accepted(index.layers), query).total;
  };
  put("a.ts");
  expect(found()).toBe(1);
  index.freeze();
  put("b.ts");
  expect(found()).toBe(2);
  finished(index.merge(index.frozen));
  expect(found()).toBe(2);
});
