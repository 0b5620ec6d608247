import { expect, it, onTestFinished } from "vitest";
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
  await expect.poll(() => told, { timeout: 30_000 }).toContain(uri);
  expect(new Set(told)).toEqual(new Set([uri]));
  await subscription.close();
});
