#!/usr/bin/env node
// Plain JavaScript that old versions of Node understand: on those, the rest would end in an error that explains nothing.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 16)) {
  console.error(`metacache needs Node 22.16 or newer; this is ${process.version}.`);
  process.exit(1);
}
// Node 22 warns in each run that its SQLite is experimental. A user of the command can do nothing about that. Every other warning is shown.
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning, ...rest) => {
  if (warning !== "SQLite is an experimental feature and might change at any time") emitWarning(warning, ...rest);
};
// Node keeps the compiled code beside the package, which nobody may write to who may not change the code itself. In the folder for temporary
// files, where it would be by default, others could put their own there. If it cannot be written, Node goes on without.
const { enableCompileCache } = process.getBuiltinModule("node:module");
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/metacache`);
const { main } = await import("../dist/command/main.js");
process.exitCode = await main(process.argv.slice(2));
