/** A question on all files of a project, as plain JSON. */
export interface Question {
  readonly language?: string;
  readonly functionName?: string;
  readonly className?: string;
  readonly referenceDoc?: string;
  readonly pathPrefix?: string;
  readonly orderBy?: "path" | "-size";
  readonly limit?: number;
}

/** When something began and ended, in microseconds on the clock that all processes of a machine share. */
interface Span {
  readonly begin: number;
  readonly end: number;
}

/** What one cache answered. `project` is an index of `PROJECTS`; a file is named by its path and its record's digest. */
interface Answer extends Span {
  readonly project: number;
  readonly latest: boolean;
}

/** One line of a process's log. */
export type Operation =
  /** A cache was opened: a new life begins, for which nothing was seen before. */
  | ({ readonly kind: "open"; readonly project: number; readonly revision: number } & Span)
  | ({
      readonly kind: "get";
      readonly path: string;
      readonly digest: string | null;
      /** Those of the cache right before the call and right after its answer: the answer is of one between them. */
      readonly from: number;
      readonly revision: number;
    } & Answer)
  | ({
      readonly kind: "query";
      readonly question: Question;
      readonly revision: number;
      readonly total: number;
      readonly files: readonly (readonly [path: string, digest: string])[];
    } & Answer)
  /** `count` and `paths`, of the index alone. */
  | ({
      readonly kind: "paths";
      readonly question: Question;
      readonly revision: number;
      readonly total: number;
      readonly paths: readonly string[];
    } & Answer)
  /** Written before the write is made, so that one in whose middle the process was killed is known of. */
  | {
      readonly kind: "writing";
      readonly write: string;
      readonly project: number;
      readonly begin: number;
      readonly put: readonly (readonly [path: string, digest: string])[];
      readonly remove: readonly string[];
    }
  | ({
      readonly kind: "written";
      readonly write: string;
      readonly project: number;
      readonly revision: number;
      readonly changed: number;
    } & Span)
  | ({ readonly kind: "sync"; readonly project: number; readonly revision: number } & Span)
  | ({
      readonly kind: "failed";
      readonly what: string;
      readonly write?: string;
      readonly code: string;
      readonly fault?: string;
      readonly message: string;
    } & Span)
  /** What a cache holds after all have ended, and what its own checks found. */
  | ({
      readonly kind: "final";
      readonly project: number;
      readonly revision: number;
      readonly files: readonly (readonly [path: string, digest: string])[];
      readonly findings: readonly string[];
    } & Span)
  /** A record that was handed out is not the one that its path and digest stand for. */
  | ({ readonly kind: "mixed"; readonly project: number; readonly path: string; readonly digest: string } & Span);

export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
