import { EMPTY_HEADER_SECTIONS, type HeaderSections } from "../../record/file-metadata.ts";
import { docSectionsOf } from "../docs/doc-sections.ts";
import { joinedText, listItems, type BodyLine } from "../docs/list-items.ts";
import { parseChangeHistory } from "./change-history.ts";
import type { CommentBlock } from "./comment-block.ts";
import { parseReferences } from "./reference.ts";
import { headerSections, type HeaderSectionName } from "./sections.ts";

export interface FileHeader {
  readonly sections: HeaderSections;
  /** The line of the file on which its comment starts, which then documents no definition. */
  readonly line: number;
}

/** Only there are tags a header's: further down they may stand in strings, prompts or examples. In characters. */
export const HEADER_LIMIT = 4_000;

/**
 * The tagged header of a file, given the comments at its top (see `leadingComments`): the sections of the first comment, or
 * of the first that is no licence, or of the docstring. `undefined` where there are no tags of a header's.
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
 * What an untagged file says of itself: of its docstring, or else of the first comment above any code that is no licence and
 * not about what stands below it, the first paragraph is the file's intent. A comment is about what it touches, unless that
 * is an import, a package clause or the like, or it follows the `#!` line; `documentedLines` are the lines on which
 * the documentation of definitions starts, and those are never the file's.
 */
export function readLeadingDoc(comments: readonly CommentBlock[], documentedLines: ReadonlySet<number>): HeaderSections {
  const docstring = comments.find((block) => block.shape === "docstring");
  const block = docstring ?? comments.find((candidate) => isOfFile(candidate, documentedLines));
  if (block === undefined) return EMPTY_HEADER_SECTIONS;
  const { intent, designPrinciples } = docSectionsOf(block.lines, block.shape === "docstring" ? "docstring" : "comment");
  return { ...EMPTY_HEADER_SECTIONS, intent, designPrinciples };
}

function isOfFile(block: CommentBlock, documentedLines: ReadonlySet<number>): boolean {
  if (isLicence(block.lines) || documentedLines.has(block.firstLine)) return false;
  if (block.codeBelow === undefined || block.followsShebang || block.mark === INNER_DOC) return true;
  return FILE_LEVEL_CODE.test(block.codeBelow) || hasFileTag(block.lines);
}

/** A comment that opens with a licence says nothing of the file; one that ends with it does. */
function isLicence(lines: readonly string[]): boolean {
  const first = lines.findIndex((line) => line.trim() !== "");
  return lines.slice(Math.max(first, 0), first + LICENCE_LINES).some((line) => LICENCE.test(line));
}

/** Whether a comment says by itself that it is about the whole file. */
export function isOfWholeFile(lines: readonly string[]): boolean {
  return isLicence(lines) || hasFileTag(lines);
}

function hasFileTag(lines: readonly string[]): boolean {
  return lines.some((line) => FILE_TAG.test(line));
}

/** In Rust: of what it stands in, whatever follows. */
const INNER_DOC = "//!";
const LICENCE_LINES = 3;
const LICENCE =
  /copyright\b|\(c\)\s*\d{4}|©|SPDX-License-Identifier|licensed under|all rights reserved|@license|permission is hereby granted/i;
const FILE_LEVEL_CODE =
  /^(?:import|package|use|using|require|require_once|require_relative|include|from|namespace|module|extern crate|mod|pub mod|library|part|#include|#import|#pragma|#ifndef|#if|#!\[|"use|'use|export \*|set -|source)\b/;
const FILE_TAG = /^\s*[@\\](?:file|fileoverview|overview|module|packageDocumentation)\b/;
