import { InMemoryServerEventBus, type ServerEvent, type ServerEventBus } from "@modelcontextprotocol/server";
import type { ServedProject } from "../projects/served-project.ts";
import { uriOf } from "../resources/file-resources.ts";

/**
 * The bus that tells the streams of `subscriptions/listen` of changed files. It opens the project,
 * and announces changes, from the first stream on.
 */
export class AnnouncingBus implements ServerEventBus {
  readonly #bus = new InMemoryServerEventBus();
  readonly #project: ServedProject | undefined;
  readonly #announce = (path: string): void => this.publish({ kind: "resource_updated", uri: uriOf(path) });

  constructor(project: ServedProject | undefined) {
    this.#project = project;
  }

  publish(event: ServerEvent): void {
    this.#bus.publish(event);
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    // If announcing fails to start, the next stream starts it again.
    this.#project?.announce(this.#announce).catch(() => undefined);
    return this.#bus.subscribe(listener);
  }
}
