/** How a merge changed ids: for each layer that is gone, the new ranks of its records. */
export interface Renumbering {
  /**
   * The numbers of the old layers, each with the new rank of each of its places; `NOWHERE` if the
   * place has no record.
   */
  readonly from: readonly { readonly layer: number; readonly newRanks: Uint32Array }[];
  /** The number of the new layer. */
  readonly to: number;
}

export const NOWHERE = 0xffff_ffff;
