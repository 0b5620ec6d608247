import { describe, expect, it } from "vitest";

import { decodeSource } from "../../src/extraction/decode-source.ts";
import { isBinary } from "../../src/extraction/encoding/byte-order-mark.ts";

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const textOf = (bytes: Uint8Array): string => decodeSource(bytes).text;

function utf16(text: string): Buffer {
  return Buffer.from(`\uFEFF${text}`, "utf16le");
}

function utf32(text: string): Buffer {
  const codes = Array.from(`\uFEFF${text}`, (character) => character.codePointAt(0)!);
  const bytes = Buffer.alloc(codes.length * 4);
  for (const [index, code] of codes.entries()) bytes.writeUInt32LE(code, index * 4);
  return bytes;
}

describe("a byte order mark names the encoding", () => {
  const text = "größe 一 😀\r\n";
  it.each([
    ["UTF-8", Buffer.from(`\uFEFF${text}`)],
    ["UTF-16, the low byte first", utf16(text)],
    ["UTF-16, the high byte first", utf16(text).swap16()],
    ["UTF-32, the low byte first", utf32(text)],
    ["UTF-32, the high byte first", utf32(text).swap32()],
  ])("of %s, and such a file is no binary", (_name, bytes) => {
    expect(decodeSource(bytes)).toEqual({ text, badLine: undefined });
    expect(isBinary(bytes.subarray(0, 40))).toBe(false);
  });

  it("also if a declaration says otherwise", () => {
    expect(textOf(Buffer.from("\uFEFF# coding: latin-1\n# é\n"))).toBe("# coding: latin-1\n# é\n");
  });

  it("also if some bytes are no text in it: they are replaced, and their line is told", () => {
    expect(decodeSource(Buffer.concat([Buffer.from("\uFEFFé\r\nb\rcaf"), latin1("\xe9!")]))).toEqual({
      text: "é\r\nb\ncaf\uFFFD!",
      badLine: 3,
    });
    expect(decodeSource(Buffer.concat([utf16("a\nb\uD800c"), Buffer.of(1)]))).toEqual({ text: "a\nb\uFFFDc\uFFFD", badLine: 2 });
    expect(decodeSource(Buffer.concat([utf32("a"), bytesOf("00001100 00")]))).toEqual({ text: "a\uFFFD\uFFFD", badLine: 1 });
  });
});

it.each([
  ["a NUL without a byte order mark", Buffer.from("a\0b")],
  ["UTF-16 without a byte order mark", utf16("abc").subarray(2)],
  ["a NUL in UTF-16", utf16("a\0b")],
  ["a NUL in UTF-32", utf32("a\0b")],
])("%s makes a file binary", (_what, bytes) => {
  expect(isBinary(bytes)).toBe(true);
});

describe("a declaration names the encoding", () => {
  // The same letter in Latin-1 and in Shift-JIS, whose second byte is a backslash.
  it.each([
    ["Python's", "# -*- coding: latin-1 -*-\n# gr\xf6\xdfe\n", "größe"],
    ["Python's in the second line", "#!/usr/bin/python\n# coding=iso-8859-15\n# gr\xf6\xdfe \xa4\n", "größe €"],
    ["Ruby's", "# frozen_string_literal: true\n# encoding: Windows-31J\n# \x95\x5c\n", "# 表\n"],
    ["Emacs'", "/* -*- mode: c; coding: euc-jp-unix; -*- */\n// \xc9\xbd\n", "// 表\n"],
    ["Emacs' at the end", "// \x95\x5c\n;; Local Variables:\n;; coding: japanese-shift-jis\n;; End:\n", "// 表\n"],
    ["Vim's", "/* vim: set ts=4 fileencoding=cp932 : */\n// \x95\x5c\n", "// 表\n"],
    ["Vim's at the end", "// \x95\x5c\n\n// vim: fenc=sjis\n", "// 表\n"],
    ["XML's", '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!-- gr\xf6\xdfe -->\n', "größe"],
    ["CSS's", '@charset "iso-8859-1";\n/* gr\xf6\xdfe */\n', "größe"],
    ["PHP's", "<?php declare(encoding='ISO-8859-1');\n// gr\xf6\xdfe\n", "größe"],
  ])("%s", (_whose, text, expected) => {
    const decoded = decodeSource(latin1(text));
    expect(decoded.text).toContain(expected);
    expect(decoded.badLine).toBeUndefined();
  });

  it("and bytes that are no text in it are replaced and marked", () => {
    expect(decodeSource(latin1("# coding: utf-8\n\n# gr\xf6\xdfe\n"))).toEqual({
      text: "# coding: utf-8\n\n# gr\uFFFD\uFFFDe\n",
      badLine: 3,
    });
    expect(decodeSource(latin1("# coding: euc-jp\n# \xc9\xbd \xff\n"))).toEqual({ text: "# coding: euc-jp\n# 表 \uFFFD\n", badLine: 2 });
  });

  it.each([
    ["a name that nobody knows", "# coding: klingon\n# é\n"],
    ["one that its own line contradicts", "# coding: utf-16\n# é\n"],
    ["a word further down", "#\n\n# coding: latin-1\n# é\n"],
    ["a word behind code", "x = 1\n# coding: latin-1\n# é\n"],
    ["a word of prose", "// The coding: latin-1 or not.\n// é\n"],
  ])("but not %s", (_what, text) => {
    expect(decodeSource(Buffer.from(text))).toEqual({ text, badLine: undefined });
  });
});

describe("without mark and declaration", () => {
  it("bytes that are no UTF-8 are replaced and marked, and the rest stays right", () => {
    const bytes = Buffer.concat([Buffer.from("größe = 1\n# \uFFFD\n# caf"), latin1("\xe9\n"), Buffer.from("# Höhe\n")]);
    expect(decodeSource(bytes)).toEqual({ text: "größe = 1\n# \uFFFD\n# caf\uFFFD\n# Höhe\n", badLine: 3 });
  });

  it.each([
    ["Shift-JIS", "2f2f2088ea9797955c82cc90e096be", "// 一覧表の説明"],
    ["Shift-JIS of syllables alone", "2f2f208366815b835e", "// データ"],
    ["EUC-JP", "2f2f20b5a1c7bda4f2cad6a4b9", "// 機能を返す"],
    ["GBK", "2f2f20b2e2cad4baafcafd", "// 测试函数"],
    ["Big5", "2f2f20a55cafe0b35ca569", "// 功能許可"],
    ["EUC-KR", "2f2f20c7d4bcf620b0e8bbea", "// 함수 계산"],
  ])("text that looks like %s is read as that, and marked", (_name, hex, text) => {
    expect(decodeSource(bytesOf(hex))).toEqual({ text, badLine: 1 });
  });

  it("text in ISO-2022-JP, which is ASCII but for its escapes, is read", () => {
    expect(decodeSource(bytesOf("2f2f20 1b2442 493d 1b2842 0a"))).toEqual({ text: "// 表\n", badLine: undefined });
  });

  it.each([
    "# gr\xf6\xdfe",
    "# p\xe4\xe4t\xf6s \xe4\xe4ni",
    "# \xe9t\xe9 d\xe9j\xe0 o\xf9",
    "# a\xf1o, coraz\xf3n",
    "# sm\xf8rebr\xf8d p\xe5",
  ])("other text is read as Windows-1252: %s", (text) => {
    expect(decodeSource(latin1(text))).toEqual({ text, badLine: 1 });
  });

  it("Windows-1252 has signs of its own where Latin-1 has control characters", () => {
    expect(textOf(latin1("# \x93don\x92t\x94 \x80 \x85"))).toBe("# “don’t” € …");
  });
});

it("CR, LF and CRLF end lines; what only Unicode calls a line end does not", () => {
  expect(textOf(Buffer.from("a\rb\nc\r\nd\r\r\ne\u2028f\u0085g\fh\v"))).toBe("a\nb\nc\r\nd\n\r\ne\u2028f\u0085g\fh\v");
});
