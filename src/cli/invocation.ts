/** Returns how the user typed the command, for examples that the user can copy. */
export function invocation(): string {
  if (process.env["npm_lifecycle_event"] === "start") return "npm start --";
  if (process.env["npm_command"] === "exec") return "npx metacache";
  return "metacache";
}

/** Returns a word of an example. Quotes it if a shell would not read it as one plain word. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
