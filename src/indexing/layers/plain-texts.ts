import { grown } from "../../base/grown.ts";
import { encodeUnits, MAX_BYTES_PER_UNIT } from "../image/unit-bytes.ts";
import type { Texts, TermsWithRanks } from "./layer.ts";
import type { Ranks } from "./ranks.ts";

/** Sorted strings as texts. */
export class PlainTexts implements Texts {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  length = 0;
  readonly #texts: readonly string[];
  #at = -1;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  next(): boolean {
    const text = this.#texts[++this.#at];
    if (text === undefined) return false;
    this.bytes = grown(this.bytes, MAX_BYTES_PER_UNIT * text.length);
    this.length = encodeUnits(text, this.bytes, 0);
    return true;
  }

  text(): string {
    return this.#texts[this.#at] ?? "";
  }
}

export class PlainTerms extends PlainTexts implements TermsWithRanks {
  readonly #ranksOf: (term: string) => Ranks;

  constructor(terms: readonly string[], ranksOf: (term: string) => Ranks) {
    super(terms);
    this.#ranksOf = ranksOf;
  }

  ranks(): Ranks {
    return this.#ranksOf(this.text());
  }
}
