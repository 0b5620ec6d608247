import { describe, expect, it } from "vitest";

import { languageOfFile } from "../../src/extraction/languages/file-language.ts";
import { LANGUAGES } from "../../src/extraction/languages/languages.ts";
import { TEXT_FORMATS } from "../../src/extraction/languages/text-formats.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";

const languageOf = (path: string, text = "") => languageOfFile(parseProjectPath(path), text).name;

describe("the language of a file", () => {
  it.each([
    ["src/a.PY", "python"],
    ["a.mjs", "javascript"],
    ["a.cjs", "javascript"],
    ["a.d.ts", "typescript"],
    ["a.tsx", "tsx"],
    ["a.hpp", "cpp"],
    ["Dockerfile", "dockerfile"],
    ["deploy/Dockerfile.dev", "dockerfile"],
    ["Makefile", "makefile"],
    ["Makefile.am", "makefile"],
    [".bashrc.local", "bash"],
    ["Gemfile", "ruby"],
    ["Gemfile.lock", "text"],
    ["man/gemfile.5", "text"],
    ["Rakefile.rdoc", "text"],
    ["Podfile.lock", "text"],
    ["PKGBUILD.orig", "text"],
    ["Dockerfile.5.gz", "text"],
    ["CMakeLists.txt", "cmake"],
    ["README.md", "markdown"],
    ["a.json", "json"],
    ["a.yml", "yaml"],
    ["Cargo.toml", "toml"],
    [".env", "dotenv"],
    [".env.local", "dotenv"],
    [".gitignore", "gitignore"],
    ["LICENSE", "text"],
    ["a.unknown", "text"],
    ["constructor", "text"],
    ["a.constructor", "text"],
    ["__proto__/.__proto__", "text"],
  ])("of the name %s is %s", (path, language) => {
    expect(languageOf(path)).toBe(language);
  });

  it.each([
    ["#!/bin/sh", "bash"],
    ["#!/usr/bin/env bash", "bash"],
    ["#! /usr/bin/python3.11 -u", "python"],
    ["#!/usr/bin/env -S FOO=1 node --no-warnings", "javascript"],
    ["#!/usr/local/bin/ruby", "ruby"],
    ["#!/usr/bin/env php\r", "php"],
    ["#!/usr/bin/env", "text"],
    ["#!", "text"],
    ["#!/bin/__proto__", "text"],
    [" #!/bin/sh", "text"],
  ])("of a script that begins with %j is %s", (line, language) => {
    expect(languageOf("bin/run", `${line}\nx\n`)).toBe(language);
  });

  it("is not told by the interpreter line where the name tells it", () => {
    expect(languageOf("a.py", "#!/bin/sh\n")).toBe("python");
  });

  it.each([
    ["c", "#ifndef X\n#define X\nstruct a { int class; };\nint f(void);\n#endif\n"],
    ["c", '#ifdef __cplusplus\nextern "C" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\n'],
    ["c", "/*\n * This is the class of things,\n   class of its own.\n */\n#include <stdio.h>\n"],
    ["cpp", "class A {\n};\n"],
    ["cpp", "namespace a {\n}\n"],
    ["cpp", "#include <vector>\nint f();\n"],
    ["cpp", "  template <typename T> T f();\n"],
    ["cpp", "std::string f();\n"],
    ["cpp", "using namespace a;\n"],
  ])("of a header is %s for %j", (language, text) => {
    expect(languageOf("a.h", text)).toBe(language);
  });

  it("is one at most for each extension, name and interpreter", () => {
    const kinds = [...TEXT_FORMATS, ...LANGUAGES];
    for (const key of ["extensions", "fileNames", "interpreters"] as const) {
      const all = kinds.flatMap((kind) => kind[key] ?? []);
      expect(all.filter((value, index) => all.indexOf(value) !== index)).toEqual([]);
    }
    expect(kinds.map(({ name }) => name)).toEqual([...new Set(kinds.map(({ name }) => name))]);
  });
});
