import { MetacacheError } from "../base/errors.ts";
import type { Component } from "./component.ts";

/**
 * Returns every component after all components that it depends on. Otherwise keeps the given order,
 * so that the order is the same each time. Throws `E_COMPONENT` with each missing component and the
 * component that needs it, or with the components of a cycle.
 */
export function orderComponents(components: ReadonlyMap<string, Component>): readonly Component[] {
  const missing = [...components.values()].flatMap(({ name, dependencies }) =>
    dependencies.filter((dependency) => !components.has(dependency)).map((dependency) => `"${name}" needs "${dependency}"`),
  );
  if (missing.length > 0) {
    throw new MetacacheError("E_COMPONENT", `components are missing: ${missing.join("; ")}`, {
      remedy: `register them as well; the registered components are ${quoted(components.keys())}`,
    });
  }

  const ordered = new Set<Component>();
  const path: string[] = [];
  const visit = (name: string): void => {
    const component = components.get(name);
    if (component === undefined || ordered.has(component)) return;
    if (path.includes(name)) {
      const cycle = [...path.slice(path.indexOf(name)), name].join(" -> ");
      throw new MetacacheError("E_COMPONENT", `components depend on each other in a cycle: ${cycle}`);
    }
    path.push(name);
    component.dependencies.forEach(visit);
    path.pop();
    ordered.add(component);
  };
  for (const name of components.keys()) visit(name);
  return [...ordered];
}

export function quoted(names: Iterable<string>): string {
  return Array.from(names, (name) => `"${name}"`).join(", ") || "none";
}
