import { InMemoryServerEventBus, type ServerEvent, type ServerEventBus } from "@modelcontextprotocol/server";
import type { ServedProject } from "../projects/served-project.ts";
import { uriOf } from "../resources/file-resources.ts";

/**
 * Where the streams of `subscriptions/listen` hear of changed files. Nothing is announced, and
 * nothing is opened, before the first of them listens.
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
    // A start that fails is tried again by the next stream.
    this.#project?.announce(this.#announce).catch(() => undefined);
    return this.#bus.subscribe(listener);
  }
}
