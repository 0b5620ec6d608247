/**
 * Makes the anchors of one document's headings by GitHub's rules: lower case, only letters, marks,
 * numbers, `_` and `-`, and spaces become `-`. If the anchor is already taken, it gets `-1`, `-2`
 * and so on, up to the first that is free.
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
