import { messageOf } from "../../base/errors.ts";
import { escapeLines } from "../../base/escape.ts";
import { createOutput, type Output, type OutputOptions } from "./output.ts";
import { terminalOf } from "./terminal.ts";

export function outputFor(options: OutputOptions): Output {
  const terminal = terminalOf(process.stdout, process.env);
  return createOutput(options, { out: (text) => void process.stdout.write(text), err: writeToError, terminal });
}

function writeToError(text: string): void {
  process.stderr.write(text);
}

/** Text of several lines for stderr, each made safe for a terminal. */
export function writeError(text: string): void {
  writeToError(escapeLines(text));
}

/**
 * Stays for the life of the process: what was written last may fail after the command has ended.
 */
export function guardStreams(): void {
  if (process.stdout.listenerCount("error", onOutputError) > 0) return;
  process.stdout.on("error", onOutputError);
  // There is nowhere left to tell of it.
  process.stderr.on("error", ignore);
}

/**
 * Calls `leave` once nobody reads the output any more, instead of ending the process at once: for a
 * command that has something to close.
 */
export function whenReaderLeaves(leave: () => void): void {
  onReaderGone = leave;
}

let onReaderGone: () => void = () => process.exit();

function onOutputError(error: NodeJS.ErrnoException): void {
  // A reader may stop early (`| head`): that is no failure.
  if (error.code === "EPIPE") return onReaderGone();
  writeError(`metacache: the output could not be written: ${messageOf(error)}\n`);
  process.exit(2);
}

function ignore(): void {}
