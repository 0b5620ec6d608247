import { awaiting, calling, type Contestant, race, type Result } from "./measure.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { MaybePromise, Rival } from "../rivals/rival.ts";
import type { Stage } from "../inputs/stage.ts";
import { assertSameRecords } from "./verify.ts";

/**
 * A question with many different arguments, for metacache and for every rival that can answer it.
 */
export interface QueryRace<A> {
  /** No argument comes twice. */
  readonly args: readonly A[];
  readonly own: (argument: A) => MaybePromise<readonly FileMetadata[]>;
  readonly ownName?: string;
  readonly rivals: readonly Rival[];
  /** Returns `undefined` if a rival has no such call. */
  readonly ask: (rival: Rival, argument: A) => MaybePromise<readonly unknown[]> | undefined;
}

/**
 * This many answers of each rival are compared with metacache's, in every field, before anything is
 * timed.
 */
const VERIFIED_ANSWERS = 5;

/**
 * Verifies every rival's answers, then measures. A rival that answers at once is not made to wait
 * for a promise.
 */
export async function raceQueries<A>(
  stage: Stage,
  { args, own, ownName = "metacache", rivals, ask }: QueryRace<A>,
): Promise<readonly Result[]> {
  const { rounds, targetMs } = stage.options;
  const verified = args.slice(-VERIFIED_ANSWERS);
  const contestants: Contestant[] = [{ name: ownName, run: awaiting(args, own) }];
  for (const rival of rivals) {
    let answersAtOnce = true;
    for (const argument of verified) {
      const asked = ask(rival, argument);
      if (asked === undefined) throw new Error(`${rival.name} was asked a question that it cannot answer`);
      answersAtOnce &&= !(asked instanceof Promise);
      assertSameRecords(await own(argument), rival, await asked);
    }
    contestants.push({
      name: rival.name,
      run: (answersAtOnce ? calling : awaiting)(args, (argument: A) => ask(rival, argument)),
      // Finding out how many calls fill a round takes a few more calls.
      ...(rival.memoises === true && { maxCalls: Math.max(1, Math.floor((args.length - VERIFIED_ANSWERS) / (rounds + 5))) }),
    });
  }
  return race(contestants, { rounds, targetMs });
}

/** The text of `RowResult.verified` for such a race. */
export const VERIFIED: string = `${VERIFIED_ANSWERS} answers of every rival, equal to metacache's to their depths`;
