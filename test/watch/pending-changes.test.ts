import { describe, expect, it } from "vitest";
import { PendingChanges } from "../../src/watch/changes/pending-changes.ts";

describe("changes that are not in the cache yet", () => {
  it("are behind until the look that took them is done", () => {
    const pending = new PendingChanges();
    pending.add(["a.ts"]);
    const { moment } = pending;
    pending.take();
    pending.add(["b.ts"]);
    expect(pending.behind(moment)).toEqual({ paths: ["a.ts"], onlyThese: true });
    pending.done([]);
    expect(pending.isBehind(moment)).toBe(false);
    expect(pending.isBehind(pending.moment)).toBe(true);
  });

  it("stay behind if their file changed while it was read", () => {
    const pending = new PendingChanges();
    pending.add(["a.ts", "b.ts"]);
    const { moment } = pending;
    pending.take();
    pending.add(["c.ts"]);
    pending.done(["b.ts"]);
    expect(pending.behind(moment)).toEqual({ paths: ["b.ts"], onlyThese: true });
    expect([...pending.take().paths.keys()]).toEqual(["c.ts", "b.ts"]);
  });

  it("are pending again if their look failed, each from the moment when it was known first", () => {
    const pending = new PendingChanges();
    pending.add(["a.ts"]);
    const before = pending.moment;
    pending.needLook("events were lost");
    pending.needIndex();
    const { moment } = pending;
    pending.take();
    pending.add(["a.ts", "b.ts"]);
    pending.needLook("another reason");
    pending.giveBack();
    expect(pending.behind(before)).toEqual({ paths: ["a.ts"], onlyThese: true });
    expect(pending.behind(moment).onlyThese).toBe(false);
    expect(pending.take()).toMatchObject({ look: { reason: "events were lost" }, index: moment });
  });
});
