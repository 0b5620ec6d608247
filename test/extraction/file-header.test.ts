import { describe, expect, it } from "vitest";

import { extractText } from "./extract-text.ts";

const headerOf = async (path: string, text: string) => (await extractText(path, text)).headerSections;

const EMPTY = { intent: "", designPrinciples: [], constraints: [], referenceDocumentation: [], changeHistory: [] };

const HASH_HEADER = `###############################################################################
# IMPORTANT: This header comment is designed for GenAI code review and maintenance
# Any GenAI tool working with this file MUST preserve and update this header
###############################################################################
# [GenAI coding tool directive]
# - Maintain this header with all modifications
###############################################################################
# [Source file intent]
# Defines the core interfaces and data structures
# of the component framework.
###############################################################################
# [Source file design principles]
# - Uses Protocol for the interface to avoid
#   forcing inheritance.
# - Design Decision: Protocol for the interface (2025-04-15)
#   * Rationale: Allows any class that
#     has the methods.
#   * Alternatives considered: a base class
###############################################################################
# [Source file constraints]
# Must stay small
# Must not import others
###############################################################################
# [Reference documentation]
# - doc/DESIGN.md
# - doc/design/COMPONENTS.md (section 2)
###############################################################################
# [GenAI tool change history]
# 2025-04-15T09:47:05Z : Initial creation by CodeAssistant
# * Defined the protocol.
###############################################################################
`;

const HASH_SECTIONS = {
  intent: "Defines the core interfaces and data structures of the component framework.",
  designPrinciples: [
    "Uses Protocol for the interface to avoid forcing inheritance.",
    "Design Decision: Protocol for the interface (2025-04-15)\n* Rationale: Allows any class that has the methods.\n* Alternatives considered: a base class",
  ],
  constraints: ["Must stay small", "Must not import others"],
  referenceDocumentation: [
    { target: "doc/DESIGN.md", line: 25 },
    { target: "doc/design/COMPONENTS.md", line: 26, note: "section 2" },
  ],
  changeHistory: [
    { timestamp: "2025-04-15T09:47:05Z", summary: "Initial creation", author: "CodeAssistant", details: ["Defined the protocol."] },
  ],
};

const down = (lines: number) => HASH_SECTIONS.referenceDocumentation.map((reference) => ({ ...reference, line: reference.line + lines }));

describe("a tagged header", () => {
  it("is read in shape A, a hash banner", async () => {
    expect(await headerOf("a.py", `${HASH_HEADER}\nimport os\n`)).toEqual(HASH_SECTIONS);
  });

  it("is read below an interpreter line, with or without an empty line, with lines counted in the file", async () => {
    expect(await headerOf("a.sh", `#!/bin/bash\n\n${HASH_HEADER}`)).toEqual({ ...HASH_SECTIONS, referenceDocumentation: down(2) });
    expect(await headerOf("run", `#!/usr/bin/env python3\n${HASH_HEADER}`)).toEqual({ ...HASH_SECTIONS, referenceDocumentation: down(1) });
  });

  it("is read with CRLF and a byte order mark", async () => {
    expect(await headerOf("a.py", `\uFEFF${HASH_HEADER.replaceAll("\n", "\r\n")}`)).toEqual(HASH_SECTIONS);
  });

  it("is read without its opening banner, where a licence stands above, and whatever order the sections have", async () => {
    const text = "# Copyright 2025 Somebody\n\n# [Dependencies]\n# - a.md\n##########\n# [Source file intent]\n# Does it.\n";
    expect(await headerOf("Dockerfile", text)).toEqual({
      ...EMPTY,
      intent: "Does it.",
      referenceDocumentation: [{ target: "a.md", line: 4 }],
    });
  });

  it("is read in shape B, a block comment", async () => {
    const text = `/**
 * [Source file intent] <!-- keep -->
 * Ce fichier définit un hook personnalisé
 * typé pour le state.
 *
 * [Dependencies]
 * - react-redux: Fournit le hook de base
 *
 * - ../store: Définit le type
 *   RootState
 *
 * [GenAI tool change history]
 * 2025-04-23T11:05:00Z : Ajout du header par CodeAssistant
 * * Ajout conforme aux directives
 *
 * 2025-04-22T11:05:00Z : Création par CodeAssistant
 *
 * @module store
 */
export const useAppSelector = () => 1;
`;
    for (const path of ["a.ts", "a.tsx", "a.js", "A.java", "a.cs", "a.css"]) {
      expect(await headerOf(path, text), path).toEqual({
        ...EMPTY,
        intent: "Ce fichier définit un hook personnalisé typé pour le state.",
        referenceDocumentation: [
          { target: "react-redux", line: 7, note: "Fournit le hook de base" },
          { target: "../store", line: 9, note: "Définit le type RootState" },
        ],
        changeHistory: [
          {
            timestamp: "2025-04-23T11:05:00Z",
            summary: "Ajout du header",
            author: "CodeAssistant",
            details: ["Ajout conforme aux directives"],
          },
          { timestamp: "2025-04-22T11:05:00Z", summary: "Création", author: "CodeAssistant", details: [] },
        ],
      });
    }
    expect((await headerOf("a.php", `<?php\n${text}`)).referenceDocumentation.map(({ line }) => line)).toEqual([8, 10]);
  });

  it("is read in shape C, a slash banner", async () => {
    const banner = "/".repeat(79);
    const text = `${banner}\n// [Source file intent]\n// Point d'entrée.\n${banner}\n// [Dependencies]\n// - codebase:- hooks/api/x: hooks pour x\n`;
    expect(await headerOf("index.ts", text)).toEqual({
      ...EMPTY,
      intent: "Point d'entrée.",
      referenceDocumentation: [{ target: "hooks/api/x", line: 6, kind: "codebase", note: "hooks pour x" }],
    });
  });

  it("is read in shape D, a docstring", async () => {
    const text = `#!/usr/bin/env python3
"""
[Source file intent]
Migrates the data.

[Source file design principles]
- One transaction
  * Rationale: all or nothing

[Reference documentation]
None yet, this is new

Usage:
    python migrate.py
"""
`;
    expect(await headerOf("migrate.py", text)).toEqual({
      ...EMPTY,
      intent: "Migrates the data.",
      designPrinciples: ["One transaction\n* Rationale: all or nothing"],
    });
  });

  it.each(["a.md", "a.txt", "README", "a.json"])("is not looked for in %s", async (path) => {
    expect(await headerOf(path, HASH_HEADER)).toEqual(EMPTY);
  });

  it.each([
    ["a string", 'x = """\n[Source file intent]\nno\n"""\n'],
    ["a comment below code", "import os\n\n# [Source file intent]\n# no\n"],
    ["a second comment", "# Something else.\n\n# [Source file intent]\n# no\n\nimport os\n"],
  ])("is not looked for in %s", async (_where, text) => {
    expect((await headerOf("a.py", text)).intent).not.toContain("no");
  });

  it("must begin within the first 4,000 characters, but may end beyond", async () => {
    const padding = (characters: number) => `# ${"x".repeat(97)}\n`.repeat(characters / 100);
    expect((await headerOf("a.sh", `${padding(3_900)}# [Source file intent]\n# Late.\n`)).intent).toBe("Late.");
    expect((await headerOf("a.sh", `${padding(4_100)}# [Source file intent]\n# Late.\n`)).referenceDocumentation).toEqual([]);
    expect((await headerOf("a.sh", `${padding(4_100)}# [Source file intent]\n# Late.\n`)).intent).not.toBe("Late.");
    const long = `# [Source file constraints]\n# - a\n${padding(5_000)}##########\n# [Source file intent]\n# Below.\n`;
    expect((await headerOf("a.sh", long)).intent).toBe("Below.");
  });

  it("counts once where it stands twice", async () => {
    const twice = "# [Source file intent]\n# First.\n##########\n# [Source file intent]\n# Second.\n";
    expect((await headerOf("a.py", twice)).intent).toBe("First.");
  });

  it("has an empty line within a section where banners separate them", async () => {
    expect((await headerOf("a.py", "# [Source file intent]\n#\n# One.\n#\n# Two.\n##########\n# Three.\n")).intent).toBe("One. Two.");
  });

  it("ends a section at an unknown tag", async () => {
    const text = "# [Source file intent]\n# Known.\n# [Something new]\n# Unknown.\n# [Source file constraints]\n# - c\n";
    expect(await headerOf("a.py", text)).toEqual({ ...EMPTY, intent: "Known.", constraints: ["c"] });
  });

  it("documents no function that it touches", async () => {
    const record = await extractText(
      "a.ts",
      "/**\n * IMPORTANT: keep this.\n * [Source file intent]\n * Of the file.\n */\nfunction f() {}\n",
    );
    expect(record.headerSections.intent).toBe("Of the file.");
    expect(record.functions[0]?.docSections.intent).toBe("");
  });
});

describe("without a tagged header, a file's intent", () => {
  it.each([
    ["a module's docstring", "a.py", '# -*- coding: utf-8 -*-\n"""Reads mail.\nAnd news.\n\nMore.\n"""\n', "Reads mail. And news."],
    ["a comment before an empty line", "a.go", "// Reads mail.\n\n// Doc of F.\nfunc F() {}\n", "Reads mail."],
    ["a comment on the package clause", "a.go", "// Package mail reads mail.\npackage mail\n", "Package mail reads mail."],
    ["a comment on imports", "a.ts", '/** Reads mail. */\nimport "x";\n', "Reads mail."],
    ["a comment with a file tag", "a.js", "/**\n * @fileoverview Reads mail.\n * @author me\n */\nrun();\n", "Reads mail."],
    ["a comment below an interpreter line", "a.sh", "#!/bin/sh\n# Reads mail.\nread_mail\n", "Reads mail."],
    [
      "a script's tagged documentation",
      "a.sh",
      "#!/bin/sh\n\n# [Script intent]\n# Reads mail.\n#\n# [Design principles]\n# Quick.\n",
      "Reads mail.",
    ],
    ["a crate's inner documentation", "a.rs", "//! Reads mail.\n//!\n//! More.\n/// Doc of S.\nstruct S;\n", "Reads mail."],
    ["a comment below a licence", "a.c", "/* SPDX-License-Identifier: MIT */\n/* Reads mail. */\n\nint x;\n", "Reads mail."],
    [
      "a comment that ends with a licence",
      "a.c",
      "/*\n * mail.c: reads mail.\n *\n * x\n *\n * Copyright (c) 2020 X\n */\n\nint x;\n",
      "mail.c: reads mail.",
    ],
    ["a comment of a file without grammar", "a.yaml", "# Reads mail.\n\na: 1\n", "Reads mail."],
  ])("is %s", async (_what, path, text, intent) => {
    expect((await headerOf(path, text)).intent).toBe(intent);
  });

  it.each([
    ["a licence alone", "a.js", "/*\n * Copyright (c) 2020 X\n * All rights reserved.\n */\n\nrun();\n"],
    ["the documentation of the first definition", "a.ts", "/** Doc of f. */\nexport function f() {}\n"],
    ["the documentation of the first statement", "a.ts", "/** Doc of x. */\nexport const x = 1;\n"],
    ["what is for tools", "a.ts", "// @ts-check\n// eslint-disable\n\nrun();\n"],
    ["text that begins a Markdown file", "a.md", "# Title\n\nText.\n"],
  ])("is not %s", async (_what, path, text) => {
    expect((await headerOf(path, text)).intent).toBe("");
  });
});
