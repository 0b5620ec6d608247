import { describeMetadataDatabase } from "../contracts/metadata-database-contract.ts";
import { MemoryDatabase } from "../support/memory-database.ts";

describeMetadataDatabase("memory", async () => {
  const database = new MemoryDatabase();
  return {
    database,
    corruptRow: async (project, path) => (await database.openProject(project)).writeBehindTheCache(path, undefined, "corrupt"),
    dispose: () => database.close(),
  };
});
