#!/usr/bin/env node
// Plain JavaScript that old versions of Node understand: on those, the rest would end in an error that explains nothing.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 16)) {
  console.error(`metacache needs Node 22.16 or newer; this is ${process.version}.`);
  process.exit(1);
}
const { main } = await import("../dist/cli/main.js");
process.exitCode = await main(process.argv.slice(2));
