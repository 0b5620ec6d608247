import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteArena, offsetOf } from "../../src/indexing/lists/byte-arena.ts";
import { VarintReader, varintLength, writeVarint } from "../../src/indexing/lists/varint.ts";

interface Held {
  address: number;
  length: number;
  fill: number;
}

/** Mostly short, as lists and names are; now and then as long as a slab, and longer. */
const length = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 70 }) },
  { weight: 4, arbitrary: fc.integer({ min: 70, max: 5_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 16_000, max: 70_000 }) },
);

test("blocks never overlap, and keep their content through whatever is allocated, moved and released around them", () => {
  const step = fc.record({ kind: fc.constantFrom("allocate", "allocate", "resize", "release"), which: fc.nat(), length });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const arena = new ByteArena();
      const held: Held[] = [];
      let fill = 0;
      const write = (block: Held): void => {
        arena.slabOf(block.address).fill(block.fill, offsetOf(block.address), offsetOf(block.address) + block.length);
      };
      for (const { kind, which, length: wanted } of steps) {
        fill = (fill % 255) + 1;
        const at = held.length === 0 ? 0 : which % held.length;
        const block = held[at];
        if (kind === "allocate" || block === undefined) {
          const added = { address: arena.allocate(wanted), length: wanted, fill };
          held.push(added);
          write(added);
        } else if (kind === "release") {
          arena.release(block.address, block.length);
          held.splice(at, 1);
        } else {
          block.address = arena.resize(block.address, block.length, wanted);
          expect(isFilled(arena, { ...block, length: Math.min(block.length, wanted) })).toBe(true);
          block.length = wanted;
          block.fill = fill;
          write(block);
        }
      }
      for (const block of held) expect(isFilled(arena, block)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("released blocks are used again: the same work done again and again takes no more memory", () => {
  const arena = new ByteArena();
  const work = (): void => {
    const blocks = Array.from({ length: 2_000 }, (_, index) => ({ length: 1 + ((index * 37) % 300), address: 0 }));
    for (const block of blocks) block.address = arena.allocate(block.length);
    for (const block of blocks) arena.release(block.address, block.length);
  };
  work();
  const after = arena.byteLength;
  for (let round = 0; round < 20; round++) work();
  // Blocks that were cut into smaller ones stay so, which may cost a slab; what leaks would cost one in each round.
  expect(arena.byteLength).toBeLessThanOrEqual(after * 1.5);
});

test("a varint of any 32 bits is read as it was written, in the length that was announced", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 0xffff_ffff })), { minLength: 1 }), (values) => {
      const bytes = new Uint8Array(5 * values.length);
      let end = 0;
      for (const value of values) {
        const next = writeVarint(bytes, end, value);
        expect(next - end).toBe(varintLength(value));
        end = next;
      }
      const reader = new VarintReader();
      reader.moveTo(bytes, 0);
      expect(values.map(() => reader.next())).toEqual(values);
      expect(reader.at).toBe(end);
    }),
  );
});

function isFilled(arena: ByteArena, { address, length: count, fill }: Held): boolean {
  const start = offsetOf(address);
  return arena
    .slabOf(address)
    .subarray(start, start + count)
    .every((byte) => byte === fill);
}
