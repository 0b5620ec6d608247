/** How the command is typed here, for examples that can be copied. */
export function invocation(): string {
  if (process.env["npm_lifecycle_event"] === "start") return "npm start --";
  if (process.env["npm_command"] === "exec") return "npx metacache";
  return "metacache";
}

/** A word of an example, quoted if a shell would read it otherwise. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
