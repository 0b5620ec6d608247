import type { Client, PoolClient } from "pg";
import type { Clock } from "../../base/clock.ts";

/** A server that hangs never says goodbye. */
const GOODBYE_MS = 500;

/** Ends a connection, whatever its server does; resolves when its socket is gone. Idempotent. */
export async function hangUp(connected: Client | PoolClient, clock: Clock): Promise<void> {
  // The types do not know all of it.
  const client = connected as unknown as Hidden;
  // An idle connection keeps no process alive, but who waits for its end is not to be left by it before.
  client.ref();
  const cancel = clock.schedule(GOODBYE_MS, () => client.connection.stream.destroy());
  await client.end().catch(() => undefined);
  cancel();
}

interface Hidden {
  readonly connection: { readonly stream: { destroy(): void } };
  ref(): void;
  end(): Promise<void>;
}
