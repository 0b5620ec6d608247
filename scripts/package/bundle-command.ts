import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { bundledNotices } from "./bundled-notices.ts";
import { startsQuickly } from "../quick-start.ts";

// Joins the modules of the command to some files in the folder that is given: to find and read each
// of two hundred would be most of its start. Each command keeps a file of its own, and what several
// of them share is in a few files, so that a command still loads only what it needs.
const root = join(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Readonly<
  Record<"dependencies" | "peerDependencies", Readonly<Record<string, string>>>
>;
const bundle = await rolldown({
  input: {
    main: join(root, "src/cli/main.ts"),
    // A program of its own, which the command looks for beside itself.
    "extraction-worker": join(root, "src/extraction/pool/extraction-worker.ts"),
    "watch-worker": join(root, "src/watch/events/watch-worker.ts"),
  },
  platform: "node",
  // As the rest is built: Node 22 does not know all that the sources use.
  tsconfig: join(root, "tsconfig.json"),
  transform: { target: "es2024" },
  external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  plugins: [startsQuickly],
});
const folder = resolve(process.argv[2] ?? "dist/command");
const { output } = await bundle.write({
  dir: folder,
  format: "esm",
  chunkFileNames: "[name]-[hash].js",
  // Node reads them in each run.
  comments: { legal: true, annotation: false, jsdoc: false },
  // One file costs half a millisecond, whatever is in it. A layer here imports only those above it,
  // or the files would wait for each other.
  codeSplitting: {
    groups: [
      { name: "ground", priority: 4, test: /\/src\/(?:base|config|files|record|references)\// },
      { name: "arguments", priority: 3, test: /\/commander\/|\/src\/cli\/(?:main|program|command-|common-options|terminal\/)/ },
      {
        name: "store",
        priority: 2,
        test: /\/src\/(?:cli\/(?:session|answers\/|place\/|commands\/(?:find\/find-symbols|query\/query-flags))|database\/(?!postgres)|cache\/opening\/(?:project-database|resolve-project|worktree))/,
      },
      { name: "tree", priority: 1, test: /\/src\/(?:extraction\/(?:tree\/|run\/file-state)|watch\/tree-glance)/ },
      {
        name: "cache",
        priority: 1,
        test: /\/src\/(?:cache|calls|eviction|indexing|query|state|storage|sync|threads\/(?:owner|protocol))\//,
      },
    ],
  },
});
await bundle.close();
// What only the command needs is in the bundle, and not among the dependencies. The licenses of its
// authors go with it.
const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
writeFileSync(join(folder, "NOTICE.md"), bundledNotices(modules));
