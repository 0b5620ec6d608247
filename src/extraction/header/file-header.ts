import { EMPTY_HEADER_SECTIONS, type HeaderSections } from "../../record/file-metadata.ts";
import { docSectionsOf } from "../docs/doc-sections.ts";
import { joinedText, listItems, type BodyLine } from "../docs/list-items.ts";
import { parseChangeHistory } from "./change-history.ts";
import type { CommentBlock } from "./comment-block.ts";
import { parseReferences } from "./reference.ts";
import { headerSections, type HeaderSectionName } from "./sections.ts";

export interface FileHeader {
  readonly sections: HeaderSections;
  /**
   * The line of the file on which the comment of the header starts. That comment documents no
   * definition.
   */
  readonly line: number;
}

/**
 * Tags belong to a header only in this many characters of a file. Further down, they may be in
 * strings, prompts or examples.
 */
export const HEADER_LIMIT = 4_000;

/**
 * Returns the tagged header of a file, or `undefined` if no comment has the tags of a header.
 * `comments` are the comments at the top of the file (see `leadingComments`). The header is the
 * first of these that has such tags: the first comment, the first comment that is not a licence,
 * the docstring.
 */
export function readTaggedHeader(text: string, comments: readonly CommentBlock[]): FileHeader | undefined {
  const lastTagLine = text.slice(0, HEADER_LIMIT).split("\n").length;
  const docstring = comments.find((block) => block.shape === "docstring");
  const candidates = [comments[0], comments.find((block) => !isLicence(block.lines)), docstring];
  for (const block of candidates) {
    const found = block && headerSections(block, lastTagLine);
    if (block === undefined || found === undefined) continue;
    const body = (name: HeaderSectionName): readonly BodyLine[] => found.get(name) ?? [];
    const sections: HeaderSections = {
      intent: joinedText(body("intent")),
      designPrinciples: listItems(body("designPrinciples"), "line"),
      constraints: listItems(body("constraints"), "line"),
      referenceDocumentation: parseReferences(body("references")),
      changeHistory: parseChangeHistory(body("changeHistory")),
    };
    return { sections, line: block.firstLine };
  }
  return undefined;
}

/**
 * Returns what a file without tags says about itself. The first paragraph of its docstring is its
 * intent. Without a docstring, it is the first paragraph of the first comment above any code that
 * is not a licence and not about the code below it.
 *
 * A comment is about the code that it touches, unless that code is an import, a package clause or
 * the like, or the comment follows the `#!` line. `documentedLines` are the lines on which the
 * documentation of definitions starts. A comment that starts on one of them never describes the
 * file.
 */
export function readLeadingDoc(comments: readonly CommentBlock[], documentedLines: ReadonlySet<number>): HeaderSections {
  const docstring = comments.find((block) => block.shape === "docstring");
  const block = docstring ?? comments.find((comment) => isOfFile(comment, documentedLines));
  if (block === undefined) return EMPTY_HEADER_SECTIONS;
  const { intent, designPrinciples } = docSectionsOf(block.lines, block.shape === "docstring" ? "docstring" : "comment");
  return { ...EMPTY_HEADER_SECTIONS, intent, designPrinciples };
}

function isOfFile(block: CommentBlock, documentedLines: ReadonlySet<number>): boolean {
  if (isLicence(block.lines) || documentedLines.has(block.firstLine)) return false;
  if (block.codeBelow === undefined || block.followsShebang || block.mark === INNER_DOC) return true;
  return FILE_LEVEL_CODE.test(block.codeBelow) || hasFileTag(block.lines);
}

/**
 * Looks for a licence only at the start: a comment that starts with a licence says nothing about
 * the file, but a comment that ends with one does.
 */
function isLicence(lines: readonly string[]): boolean {
  const first = lines.findIndex((line) => line.trim() !== "");
  return lines.slice(Math.max(first, 0), first + LICENCE_LINES).some((line) => LICENCE.test(line));
}

/** Returns true if the text of a comment shows that it is about the whole file. */
export function isOfWholeFile(lines: readonly string[]): boolean {
  return isLicence(lines) || hasFileTag(lines);
}

function hasFileTag(lines: readonly string[]): boolean {
  return lines.some((line) => FILE_TAG.test(line));
}

/** The mark of a Rust comment that documents the thing around it, even if code follows directly. */
const INNER_DOC = "//!";
const LICENCE_LINES = 3;
const LICENCE =
  /copyright\b|\(c\)\s*\d{4}|©|SPDX-License-Identifier|licensed under|all rights reserved|@license|permission is hereby granted/i;
const FILE_LEVEL_CODE =
  /^(?:import|package|use|using|require|require_once|require_relative|include|from|namespace|module|extern crate|mod|pub mod|library|part|#include|#import|#pragma|#ifndef|#if|#!\[|"use|'use|export \*|set -|source)\b/;
const FILE_TAG = /^\s*[@\\](?:file|fileoverview|overview|module|packageDocumentation)\b/;
