import { decodeSource } from "../decode-source.ts";
import { EXTRACTOR_VERSION, FileExtractor } from "../file-extractor.ts";
import { languageOfFile } from "../languages/file-language.ts";
import { serveExtraction } from "./serve-extraction.ts";

// The program of the threads that an `ExtractionPool` starts.
await serveExtraction(async () => {
  const extractor = await FileExtractor.create();
  return {
    version: EXTRACTOR_VERSION,
    languageOf: (file) => languageOfFile(file.path, decodeSource(file.bytes).text).name,
    extract: (file, budgetMs) => extractor.extract(file, budgetMs),
  };
});
