// Runs before anything else, on whatever Node there is: plain JavaScript that every version understands.
if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    `metacache is developed on Node 24; this is ${process.version}. Run \`npm ci\` (it installs Node 24 as a dev dependency; ` +
      "do not use --ignore-scripts), then use the npm scripts.",
  );
  process.exit(1);
}
