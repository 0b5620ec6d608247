import { expect, test } from "vitest";
import { LANGUAGE_NAMES, languageNamed, languagesMeant } from "../../src/cli/languages/language-names.ts";
import { LANGUAGES } from "../../src/extraction/languages/languages.ts";
import { PLAIN_TEXT, TEXT_FORMATS } from "../../src/extraction/languages/text-formats.ts";

test("every language that the extractor knows is known by its name and by each of its extensions", () => {
  for (const { name, extensions } of [...LANGUAGES, ...TEXT_FORMATS, PLAIN_TEXT]) {
    expect(languageNamed(name)?.name, name).toBe(name);
    for (const extension of extensions) expect(languageNamed(extension)?.name, extension).toBe(name);
  }
});

test("no word stands for two languages", () => {
  const words = LANGUAGE_NAMES.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
});

test("typescript is tsx as well, other words are what they say", () => {
  expect(languagesMeant("ts")).toEqual(["typescript", "tsx"]);
  expect(languagesMeant("TypeScript")).toEqual(["typescript", "tsx"]);
  expect(languagesMeant("tsx")).toEqual(["tsx"]);
  expect(["py", "c++", "C#", "golang", ".rs", "klingon"].flatMap(languagesMeant)).toEqual([
    "python",
    "cpp",
    "csharp",
    "go",
    "rust",
    "klingon",
  ]);
});
