/**
 * Makes the anchors of one document's headings by GitHub's rules: in lower case, without what is
 * neither a letter, a mark, a number, `_` nor `-`, spaces as `-`; of those that are alike, the
 * second gets `-1`, and so on past what is taken.
 */
export class Slugger {
  readonly #taken = new Map<string, number>();

  slugOf(text: string): string {
    const plain = text.toLowerCase().replace(DROPPED, "").replaceAll(" ", "-");
    let slug = plain;
    let count = this.#taken.get(plain);
    if (count !== undefined) {
      do slug = `${plain}-${++count}`;
      while (this.#taken.has(slug));
      this.#taken.set(plain, count);
    }
    this.#taken.set(slug, 0);
    return slug;
  }
}

const DROPPED = /[^\p{Alphabetic}\p{M}\p{Nd}\p{Nl}\p{Pc}\- ]/gu;
