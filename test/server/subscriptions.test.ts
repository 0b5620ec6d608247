import { expect, it, onTestFinished } from "vitest";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import { ServedProject } from "../../src/server/projects/served-project.ts";
import { recordOf } from "../support/small-records.ts";
import { sampleTree, serve } from "./served-tree.ts";

it("tells a client of the new era of the files that it listens for, and of no others", async () => {
  const tree = sampleTree();
  onTestFinished(() => tree[Symbol.dispose]());
  await using server = await serve("modern", [tree.root]);
  const uri = "metacache:///src/parser.ts";
  const told: string[] = [];
  server.client.setNotificationHandler("notifications/resources/updated", ({ params }) => void told.push(params.uri));
  await server.call("overview");
  await server.client.readResource({ uri });
  const subscription = await server.client.listen({ resourceSubscriptions: [uri] });
  tree.write("README.md", "# Changed\n").write("src/parser.ts", "export const changed = 1;\n");
  await server.call("overview");
  await expect.poll(() => told).toContain(uri);
  expect(new Set(told)).toEqual(new Set([uri]));
  await subscription.close();
});

it("announces after a start that failed", async () => {
  const tree = sampleTree();
  const served = new ServedProject(await resolveProject({ project: tree.root, environment: {} }), { watches: true });
  onTestFinished(async () => {
    await served.close();
    tree[Symbol.dispose]();
  });
  const { store } = (await served.settled(60_000)).project;
  const position = store.position.bind(store);
  const told: string[] = [];
  const listener = (path: string): void => void told.push(path);
  store.position = () => Promise.reject(new Error("the database is away"));
  await expect(served.announce(listener)).rejects.toThrow("the database is away");
  store.position = position;
  await served.announce(listener);
  tree.write("README.md", "# Changed\n");
  await served.settled(60_000);
  await expect.poll(() => told).toContain("README.md");
});

it("announces every file if more have changed at once than it lists", async () => {
  const tree = sampleTree();
  const served = new ServedProject(await resolveProject({ project: tree.root, environment: {} }), { watches: false });
  onTestFinished(async () => {
    await served.close();
    tree[Symbol.dispose]();
  });
  const { cache } = (await served.settled(60_000)).project;
  const told = new Set<string>();
  await served.announce((path) => void told.add(path));
  await cache.update(Array.from({ length: 1_100 }, (_, at) => recordOf({ path: `many/f${at}.ts` })));
  await expect.poll(() => told.size).toBe(1_104);
});
