import type { FileMetadata } from "../../record/file-metadata.ts";
import { checkedPart, type CheckedRecord } from "../checked-tree.ts";

/** A scan of all rows of a project, as a database gives it. */
interface RecordScan {
  readonly pages: AsyncIterable<readonly { readonly record?: FileMetadata | undefined }[]>;
  close(): Promise<void>;
}

/**
 * Reads the part of every record that the check needs, and closes the scan. Leaves out rows that
 * cannot be read.
 */
export async function readStoredRecords(scan: RecordScan): Promise<readonly CheckedRecord[]> {
  const records: CheckedRecord[] = [];
  try {
    for await (const rows of scan.pages) for (const { record } of rows) if (record !== undefined) records.push(checkedPart(record));
  } finally {
    await scan.close();
  }
  return records;
}
