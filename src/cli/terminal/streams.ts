import { messageOf } from "../../base/errors.ts";
import { escapeLines } from "../../base/text/escape.ts";
import { createOutput, type Output, type OutputOptions } from "./output.ts";
import { terminalOf } from "./terminal.ts";

export function outputFor(options: OutputOptions): Output {
  const terminal = terminalOf(process.stdout, process.env);
  return createOutput(options, { out: (text) => void process.stdout.write(text), err: writeToError, terminal });
}

function writeToError(text: string): void {
  process.stderr.write(text);
}

/** Writes text of several lines to stderr. Escapes each line for a terminal. */
export function writeError(text: string): void {
  writeToError(escapeLines(text));
}

/**
 * Handles errors of the output streams until the process ends: the last write may fail after the
 * command has ended.
 */
export function guardStreams(): void {
  if (process.stdout.listenerCount("error", onOutputError) > 0) return;
  process.stdout.on("error", onOutputError);
  // No stream is left to report this error on.
  process.stderr.on("error", ignore);
}

/**
 * Calls `leave` when the reader closes the output. Without this call, the process ends at once. For
 * commands that must close something first.
 */
export function whenReaderLeaves(leave: () => void): void {
  onReaderGone = leave;
}

let onReaderGone: () => void = () => process.exit();

function onOutputError(error: NodeJS.ErrnoException): void {
  // A reader may close the pipe early (`| head`). This is not a failure.
  if (error.code === "EPIPE") return onReaderGone();
  writeError(`metacache: the output could not be written: ${messageOf(error)}\n`);
  process.exit(2);
}

function ignore(): void {}
