/** What a merge has done to ids: of each layer that is no more, where its records are now. */
export interface Renumbering {
  /** The numbers of layers, each with the rank in the new layer of each of its places; `NOWHERE` for what has no record. */
  readonly from: readonly { readonly layer: number; readonly newRanks: Uint32Array }[];
  /** The number of the new layer. */
  readonly to: number;
}

export const NOWHERE = 0xffff_ffff;
