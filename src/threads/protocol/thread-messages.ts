import {
  type ErrorCode,
  type DatabaseFault,
  DatabaseUnavailableError,
  isMetacacheError,
  MetacacheError,
  problemOf,
  remedyOf,
  REPORT,
} from "../../base/errors.ts";
import type { MetadataCacheCalls } from "../../calls/cache-calls.ts";
import type { Generation } from "./generation.ts";

/** The methods that a reader may ask the owner to call. */
export type Method = Exclude<keyof MetadataCacheCalls, "project" | "revision" | "peek"> | "paths" | "count" | "verify";

export interface Request {
  readonly request: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** The first message that a reader receives. */
export interface Welcome {
  readonly welcome: Generation;
}

/** The owner sends this message before it publishes a state that names the generation. */
export interface NextGeneration {
  readonly generation: Generation;
}

/**
 * The reader uses this generation from now on, or has found that it is outdated. Only then does the
 * owner send another one. So a thread that does not read for a long time keeps at most two
 * generations alive: the one that it read last, and one more.
 */
export interface Taken {
  readonly taken: number;
}

export type Reply = { readonly request: number; readonly value: unknown } | { readonly request: number; readonly error: SentError };

export type MessageToReader = Welcome | NextGeneration | Reply;

export type MessageToOwner = Request | Taken;

/**
 * An error in a form that every thread understands. A structured clone would keep only the message.
 */
export interface SentError {
  readonly name: string;
  readonly problem: string;
  readonly remedy: string | undefined;
  readonly code: ErrorCode | undefined;
  readonly fault: DatabaseFault | undefined;
}

export function sendError(error: unknown): SentError {
  return {
    name: error instanceof Error ? error.name : "Error",
    problem: problemOf(error),
    remedy: remedyOf(error),
    code: isMetacacheError(error) ? error.code : undefined,
    fault: error instanceof DatabaseUnavailableError ? error.fault : undefined,
  };
}

/** Returns an error with the same code, fault, message and remedy as in the owner's thread. */
export function receiveError({ name, problem, remedy, code, fault }: SentError): Error {
  if (fault !== undefined) return new DatabaseUnavailableError(fault, problem, { remedy });
  if (code === undefined) return new MetacacheError("E_INVARIANT", `${name} in the owner's thread: ${problem}`, { remedy: REPORT });
  return new MetacacheError(code, problem, { remedy });
}
