import { assert } from "../base/assert.ts";
import { ComponentNotInitializedError, MetacacheError, messageOf } from "../base/errors.ts";
import { childLogger, type Logger, silentLogger, withoutFailures } from "../base/logger.ts";
import { describe, Problems, readInput } from "../base/validation.ts";
import type { MetacacheConfig } from "../config/config-sources.ts";
import type { Component } from "./component.ts";
import { orderComponents, quoted } from "./component-order.ts";
import type { InitializationContext } from "./initialization-context.ts";

/** Whether a registry is stopped or started, or on the way from one to the other. */
export type RegistryState = "stopped" | "starting" | "started" | "stopping";

/** A failed start goes through `stopping`, which stops the components that are already running. */
const TRANSITIONS: Readonly<Record<RegistryState, readonly RegistryState[]>> = {
  stopped: ["starting"],
  starting: ["started", "stopping"],
  started: ["stopping"],
  stopping: ["stopped"],
};

/**
 * The last request. `done` settles after this request and all requests before it are carried out.
 */
interface Request {
  readonly kind: "start" | "stop";
  done: Promise<void>;
}

const AT_REST: Request = { kind: "stop", done: Promise.resolve() };

/**
 * Starts components in the order of their dependencies, and stops them in reverse order. Anybody
 * may call `start` and `stop` at any time. If the last call asked for the same, the new call shares
 * its promise. Otherwise the new call waits until the last one has ended. So the last call decides.
 * A stopped registry can start again.
 */
export class ComponentRegistry {
  readonly #config: MetacacheConfig;
  readonly #logger: Logger;
  readonly #components = new Map<string, Component>();
  /** In the order in which they were started. */
  readonly #running: Component[] = [];
  #state: RegistryState = "stopped";
  #last: Request = AT_REST;

  /** Each component receives `config` and `logger`. Default: nothing is logged. */
  constructor(config: MetacacheConfig, logger: Logger = silentLogger) {
    this.#config = config;
    this.#logger = withoutFailures(logger);
  }

  /** Whether the registry is stopped or started, or on the way from one to the other. */
  get state(): RegistryState {
    return this.#state;
  }

  /**
   * Adds a component. Throws `E_COMPONENT` if the name is taken or empty, or if the registry is not
   * stopped.
   */
  register(component: Component): void {
    const { name } = readInput("E_COMPONENT", "the component", () => checkComponent(component));
    if (this.#state !== "stopped" || this.#last.kind === "start")
      throw refusal(`component "${name}" cannot be registered now`, "stop the registry before you register it");
    if (name === "") throw refusal("a component needs a name");
    if (this.#components.has(name)) throw refusal(`a component named "${name}" is registered already`);
    this.#components.set(name, component);
  }

  /**
   * Resolves when all components run. If one fails, stops the components that already run, in
   * reverse order, and throws `E_COMPONENT` with the name of the failed component. The `cause` is
   * its error, or an `AggregateError` if stopping failed too. If a component is missing or the
   * dependencies form a cycle, throws `E_COMPONENT` and starts nothing.
   */
  start(): Promise<void> {
    return this.#request("start");
  }

  /**
   * Stops all components, also if some of them fail to stop. Then throws `E_COMPONENT` with the
   * name of each failed component.
   */
  stop(): Promise<void> {
    return this.#request("stop");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Returns a running component by its name. `is` checks the kind of the component; without `is`,
   * nothing checks the type. Throws `E_COMPONENT` if no component has this name or if `is` returns
   * false, and `E_NOT_INITIALIZED` if the component does not run.
   */
  getComponent<C extends Component = Component>(name: string, is?: (component: Component) => component is C): C {
    const component = this.#components.get(name);
    if (component === undefined)
      throw refusal(`there is no component named ${describe(name)}`, `the registered components are ${quoted(this.#components.keys())}`);
    if (!this.#running.includes(component)) throw new ComponentNotInitializedError(name);
    if (is?.(component) === false) throw refusal(`the component registered as "${name}" is not of the requested kind`);
    return component;
  }

  #request(kind: Request["kind"]): Promise<void> {
    const previous = this.#last;
    if (previous.kind === kind) return previous.done;
    const request: Request = { kind, done: Promise.resolve() };
    this.#last = request;
    request.done = this.#carryOut(request, previous.done);
    return request.done;
  }

  async #carryOut(request: Request, previous: Promise<void>): Promise<void> {
    await previous.catch(() => {}); // The callers of the previous request handle its failure.
    try {
      await (request.kind === "start" ? this.#startAll() : this.#stopAll());
    } catch (error) {
      // After a failed start or stop nothing runs. So the next call starts from the beginning.
      if (this.#last === request) this.#last = AT_REST;
      throw error;
    }
  }

  async #startAll(): Promise<void> {
    const order = orderComponents(this.#components);
    this.#enter("starting");
    for (const component of order) {
      try {
        await component.initialize(this.#contextOf(component));
        this.#running.push(component);
        if (!component.isInitialized) throw refusal("initialize() resolved, but isInitialized is false");
      } catch (error) {
        const undone = await this.#stopRunning();
        throw failureOf([{ name: component.name, action: "started", error }, ...undone]);
      }
      this.#logger.debug(`component "${component.name}" started`);
    }
    this.#enter("started");
  }

  async #stopAll(): Promise<void> {
    if (this.#state === "stopped") return;
    const failures = await this.#stopRunning();
    if (failures.length > 0) throw failureOf(failures);
  }

  async #stopRunning(): Promise<Failure[]> {
    const failures: Failure[] = [];
    this.#enter("stopping");
    for (let component = this.#running.pop(); component !== undefined; component = this.#running.pop()) {
      const { name } = component;
      try {
        await component.shutdown();
        this.#logger.debug(`component "${name}" stopped`);
      } catch (error) {
        failures.push({ name, action: "stopped", error });
      }
    }
    this.#enter("stopped");
    return failures;
  }

  #contextOf({ name, dependencies }: Component): InitializationContext {
    return {
      config: this.#config,
      logger: childLogger(this.#logger, name),
      getComponent: (wanted, is) => {
        if (!dependencies.includes(wanted)) throw refusal(`component "${name}" asked for "${wanted}"`, "declare it in its dependencies");
        return this.getComponent(wanted, is);
      },
    };
  }

  #enter(next: RegistryState): void {
    assert(TRANSITIONS[this.#state].includes(next), () => `a component registry went from ${this.#state} to ${next}`);
    this.#state = next;
  }
}

interface Failure {
  readonly name: string;
  readonly action: "started" | "stopped";
  readonly error: unknown;
}

/**
 * Returns one error for all failures. A single failure is the cause; several are in an
 * `AggregateError`, the first failure first.
 */
function failureOf(failures: readonly Failure[]): MetacacheError {
  const message = failures.map(({ name, action, error }) => `component "${name}" could not be ${action}: ${messageOf(error)}`).join("; ");
  const errors = failures.map(({ error }) => error);
  return new MetacacheError("E_COMPONENT", message, { cause: errors.length === 1 ? errors[0] : new AggregateError(errors, message) });
}

function checkComponent(component: unknown): Component {
  const problems = new Problems();
  const { name, dependencies, initialize, shutdown } = problems.object("the component", component);
  problems.text("the component's name", name);
  for (const dependency of problems.items(problems.list("the component's dependencies", dependencies)))
    problems.text("a dependency", dependency);
  if (typeof initialize !== "function" || typeof shutdown !== "function")
    problems.add("the component", "must have the methods initialize and shutdown");
  if (problems.found.length > 0) throw refusal(problems.summary);
  return component as Component;
}

function refusal(problem: string, remedy?: string): MetacacheError {
  return new MetacacheError("E_COMPONENT", problem, { remedy });
}
