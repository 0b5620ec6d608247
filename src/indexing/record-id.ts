declare const recordId: unique symbol;

/**
 * A small integer that stands for one path of one `IndexManager`, from 0 up without large gaps, so that sets of
 * records are sets of integers. An id is used again once its path is removed: never keep one across an `await`.
 */
export type RecordId = number & { readonly [recordId]: true };
