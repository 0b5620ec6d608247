import { describe, expect, test } from "vitest";
import { MetacacheError } from "../../src/base/errors.ts";
import type { Component } from "../../src/component/component.ts";
import { ComponentRegistry } from "../../src/component/component-registry.ts";
import type { InitializationContext } from "../../src/component/initialization-context.ts";
import { resolveConfig } from "../../src/config/config-sources.ts";

/** Writes down what is done to it; `fail` makes one of the two calls reject. */
class Recorder implements Component {
  isInitialized = false;
  context: InitializationContext | undefined;
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly #log: string[];
  readonly #fail: { readonly initialize?: Error; readonly shutdown?: Error };

  constructor(
    log: string[],
    name: string,
    dependencies: readonly string[] = [],
    fail: { readonly initialize?: Error; readonly shutdown?: Error } = {},
  ) {
    this.#log = log;
    this.name = name;
    this.dependencies = dependencies;
    this.#fail = fail;
  }

  async initialize(context: InitializationContext): Promise<void> {
    this.#log.push(`+${this.name}`);
    await Promise.resolve();
    if (this.#fail.initialize !== undefined) throw this.#fail.initialize;
    this.context = context;
    this.isInitialized = true;
  }

  async shutdown(): Promise<void> {
    this.#log.push(`-${this.name}`);
    await Promise.resolve();
    this.isInitialized = false;
    if (this.#fail.shutdown !== undefined) throw this.#fail.shutdown;
  }
}

const CONFIG = resolveConfig({});

function registryOf(...components: readonly Component[]): ComponentRegistry {
  const registry = new ComponentRegistry(CONFIG);
  for (const component of components) registry.register(component);
  return registry;
}

async function failureOf(promise: Promise<unknown>): Promise<MetacacheError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MetacacheError);
  return error as MetacacheError;
}

describe("starting", () => {
  test("each component starts after all that it depends on, otherwise in the order of registration", async () => {
    const log: string[] = [];
    const registry = registryOf(
      new Recorder(log, "cli", ["cache", "logs"]),
      new Recorder(log, "solo"),
      new Recorder(log, "cache", ["database", "database"]),
      new Recorder(log, "logs"),
      new Recorder(log, "database", ["logs"]),
    );
    await registry.start();
    expect(log).toEqual(["+logs", "+database", "+cache", "+cli", "+solo"]);
    expect(registry.state).toBe("started");
  });

  test("a component is given the configuration, a logger that names it, and its dependencies running", async () => {
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const registry = new ComponentRegistry(CONFIG, { debug: () => {}, info: note, warn: note, error: note });
    const database = new Recorder([], "database");
    const found: Component[] = [];
    registry.register({
      ...inert("cache", ["database"]),
      initialize: async (context) => {
        context.logger.info("loading");
        expect(context.config.memoryCache.maxItems).toBe(10_000);
        found.push(context.getComponent("database"));
        expect(database.isInitialized).toBe(true);
      },
    });
    registry.register(database);
    await registry.start();
    expect(found).toEqual([database]);
    expect(lines).toEqual(["cache: loading"]);
  });

  test("a component that says it is not initialized after it was is a failed start, and is stopped", async () => {
    const log: string[] = [];
    const registry = registryOf({ ...inert("liar"), isInitialized: false, shutdown: async () => void log.push("-liar") });
    expect((await failureOf(registry.start())).message).toContain('component "liar" could not be started');
    expect(log).toEqual(["-liar"]);
  });
});

describe("what is refused", () => {
  test("a second component of one name, or one without a name", () => {
    const registry = registryOf(inert("database"));
    expect(() => registry.register(inert("database"))).toThrow(/"database" is registered already/);
    expect(() => registry.register(inert(""))).toThrow(/needs a name/);
  });

  test("every missing component, by its name and by who needs it, before anything is started", async () => {
    const log: string[] = [];
    const registry = registryOf(new Recorder(log, "cache", ["database", "clock"]), new Recorder(log, "cli", ["cache", "terminal"]));
    const error = await failureOf(registry.start());
    expect(error).toMatchObject({
      code: "E_COMPONENT",
      message:
        'components are missing: "cache" needs "database"; "cache" needs "clock"; "cli" needs "terminal": register them as well; the registered components are "cache", "cli"',
    });
    expect(log).toEqual([]);
    expect(registry.state).toBe("stopped");
  });

  test.each([
    [
      [
        ["a", ["b"]],
        ["b", ["a"]],
      ],
      "a -> b -> a",
    ],
    [[["a", ["a"]]], "a -> a"],
    [
      [
        ["x", ["a"]],
        ["a", ["b"]],
        ["b", ["c"]],
        ["c", ["a"]],
      ],
      "a -> b -> c -> a",
    ],
    [
      [
        ["a", ["x", "b"]],
        ["x", []],
        ["b", ["a"]],
      ],
      "a -> b -> a",
    ],
  ] as const)("a cycle, by the components on it (%j)", async (components, cycle) => {
    const log: string[] = [];
    const registry = registryOf(...components.map(([name, dependencies]) => new Recorder(log, name, dependencies)));
    const error = await failureOf(registry.start());
    expect(error.code).toBe("E_COMPONENT");
    expect(error.message).toBe(`components depend on each other in a cycle: ${cycle}`);
    expect(log).toEqual([]);
  });

  test("what two components share is no cycle", async () => {
    const log: string[] = [];
    await registryOf(
      new Recorder(log, "a", ["b", "c"]),
      new Recorder(log, "b", ["d"]),
      new Recorder(log, "c", ["d"]),
      new Recorder(log, "d"),
    ).start();
    expect(log).toEqual(["+d", "+b", "+c", "+a"]);
  });

  test("registering into a registry that is not stopped, from the call of start on", async () => {
    const registry = registryOf(inert("a"));
    const started = registry.start();
    expect(() => registry.register(inert("b"))).toThrow(/"b" cannot be registered now/);
    await started;
    expect(() => registry.register(inert("b"))).toThrow(MetacacheError);
    await registry.stop();
    registry.register(inert("b"));
  });
});

describe("a failed start", () => {
  const broken = new MetacacheError("E_DATABASE_UNAVAILABLE", "no such file");

  test("stops what was started in reverse, and names the component with its error as the cause", async () => {
    const log: string[] = [];
    const registry = registryOf(
      new Recorder(log, "a"),
      new Recorder(log, "b", ["a"]),
      new Recorder(log, "c", ["b"], { initialize: broken }),
      new Recorder(log, "d", ["c"]),
    );
    const error = await failureOf(registry.start());
    expect(error).toMatchObject({ code: "E_COMPONENT", message: 'component "c" could not be started: no such file', cause: broken });
    expect(log).toEqual(["+a", "+b", "+c", "-b", "-a"]);
    expect(registry.state).toBe("stopped");
  });

  test("undoes the rest where undoing one fails too, and loses neither error", async () => {
    const log: string[] = [];
    const stuck = new MetacacheError("E_CLOSED", "stuck");
    const registry = registryOf(
      new Recorder(log, "a"),
      new Recorder(log, "b", ["a"], { shutdown: stuck }),
      new Recorder(log, "c", ["b"], { initialize: broken }),
    );
    const error = await failureOf(registry.start());
    expect(error.message).toBe('component "c" could not be started: no such file; component "b" could not be stopped: stuck');
    expect(error.cause).toBeInstanceOf(AggregateError);
    expect((error.cause as AggregateError).errors).toEqual([broken, stuck]);
    expect(log).toEqual(["+a", "+b", "+c", "-b", "-a"]);
  });

  test("can be tried again", async () => {
    const fail: { initialize?: Error } = { initialize: broken };
    const registry = registryOf(new Recorder([], "a", [], fail));
    await failureOf(registry.start());
    delete fail.initialize;
    await registry.start();
    expect(registry.state).toBe("started");
  });
});

describe("stopping", () => {
  test("is in reverse of the start, and a second time does nothing", async () => {
    const log: string[] = [];
    const registry = registryOf(new Recorder(log, "b", ["a"]), new Recorder(log, "a"), new Recorder(log, "c"));
    await registry.start();
    log.length = 0;
    await registry.stop();
    await registry.stop();
    expect(log).toEqual(["-c", "-b", "-a"]);
    expect(registry.state).toBe("stopped");
  });

  test("stops all even where some fail, and reports each that did", async () => {
    const log: string[] = [];
    const first = new MetacacheError("E_CLOSED", "one");
    const second = new MetacacheError("E_CLOSED", "two");
    const registry = registryOf(
      new Recorder(log, "a", [], { shutdown: second }),
      new Recorder(log, "b"),
      new Recorder(log, "c", [], { shutdown: first }),
    );
    await registry.start();
    log.length = 0;
    const error = await failureOf(registry.stop());
    expect(log).toEqual(["-c", "-b", "-a"]);
    expect(error.message).toBe('component "c" could not be stopped: one; component "a" could not be stopped: two');
    expect((error.cause as AggregateError).errors).toEqual([first, second]);
    await registry.stop();
    expect(log).toHaveLength(3);
  });

  test("of what was never started does nothing", async () => {
    const log: string[] = [];
    await registryOf(new Recorder(log, "a")).stop();
    expect(log).toEqual([]);
  });

  test("happens by itself at the end of a block that owns the registry", async () => {
    const log: string[] = [];
    {
      await using registry = registryOf(new Recorder(log, "a"));
      await registry.start();
    }
    expect(log).toEqual(["+a", "-a"]);
  });
});

describe("calls at the same time", () => {
  test("two starts start once, two stops stop once, and both callers wait for the end", async () => {
    const log: string[] = [];
    const registry = registryOf(new Recorder(log, "a"), new Recorder(log, "b"));
    await Promise.all([registry.start(), registry.start().then(() => log.push("second start ended"))]);
    await Promise.all([registry.stop(), registry.stop().then(() => log.push("second stop ended"))]);
    expect(log).toEqual(["+a", "+b", "second start ended", "-b", "-a", "second stop ended"]);
  });

  test("start, stop and start are carried out one after the other, and the last one decides", async () => {
    const log: string[] = [];
    const registry = registryOf(new Recorder(log, "a"), new Recorder(log, "b"));
    await Promise.all([registry.start(), registry.stop(), registry.start()]);
    expect(log).toEqual(["+a", "+b", "-b", "-a", "+a", "+b"]);
    expect(registry.state).toBe("started");
  });

  test("a stop behind a start that fails finds nothing to do, and both who asked for the start learn why", async () => {
    const registry = registryOf(new Recorder([], "a", [], { initialize: new MetacacheError("E_CLOSED", "no") }));
    const starts = [registry.start(), registry.start()];
    await registry.stop();
    for (const start of starts) expect((await failureOf(start)).message).toContain("no");
  });
});

describe("getComponent", () => {
  class Database extends Recorder {
    readonly url = "sqlite:x";
  }
  const isDatabase = (component: Component): component is Database => component instanceof Database;

  test("gives a running component, typed by what checks it", async () => {
    const registry = registryOf(new Database([], "database"));
    await registry.start();
    expect(registry.getComponent("database", isDatabase).url).toBe("sqlite:x");
  });

  test("refuses one of another kind, and one that there is not, with those that there are", async () => {
    const registry = registryOf(new Recorder([], "database"));
    await registry.start();
    expect(() => registry.getComponent("database", isDatabase)).toThrow(/"database" is not of the requested kind/);
    expect(() => registry.getComponent("databse")).toThrow(
      'there is no component named "databse": the registered components are "database"',
    );
  });

  test("is E_NOT_INITIALIZED before the start and after the stop, for components that kept their context too", async () => {
    const cache = new Recorder([], "cache", ["database"]);
    const registry = registryOf(new Recorder([], "database"), cache);
    const notInitialized = expect.objectContaining({ code: "E_NOT_INITIALIZED", message: expect.stringContaining('"database"') });
    expect(() => registry.getComponent("database")).toThrow(notInitialized);
    await registry.start();
    expect(cache.context?.getComponent("database").name).toBe("database");
    await registry.stop();
    expect(() => registry.getComponent("database")).toThrow(notInitialized);
    expect(() => cache.context?.getComponent("database")).toThrow(notInitialized);
  });

  test("gives a component only what it depends on", async () => {
    const cache = new Recorder([], "cache", []);
    await registryOf(new Recorder([], "database"), cache).start();
    expect(() => cache.context?.getComponent("database")).toThrow('component "cache" asked for "database": declare it in its dependencies');
  });
});

function inert(name: string, dependencies: readonly string[] = []): Component {
  return { name, dependencies, isInitialized: true, initialize: async () => {}, shutdown: async () => {} };
}
