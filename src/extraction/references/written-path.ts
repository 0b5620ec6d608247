/**
 * Whether something that is written like a path names a file of a project; the rules are in
 * `docs/references.md`.
 */
export function isProjectPath(path: string): boolean {
  if (path === "" || ABSOLUTE.test(path) || NOT_WRITTEN_OUT.test(path) || CONTROL.test(path)) return false;
  const slash = path.indexOf("/");
  return slash === -1 || !HOST.test(path.slice(0, slash));
}

/**
 * `text` with its percent-encoding decoded; `undefined` if a percent sign in it is something else.
 */
export function percentDecoded(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Of this machine, a home, a package's scope, or a server without a scheme. */
const ABSOLUTE = /^(?:[/~@]|[A-Za-z]:)|\/\//;
/**
 * Left out, to be filled in, or many: `…/x.md`, `{name}/x.md`, a set of names; and the path that is
 * every manual's example.
 */
const NOT_WRITTEN_OUT = /\.\.\.|…|[*{}<>|"$]|(?:^|\/)path\/to\/|(?:^|\/)(?:YYYY|XXX|NNN)/;
const CONTROL = /[\u0000-\u001f\u007f]/;
/** The endings of servers' names that no file's name has. */
const HOST = /^www\.|^localhost(?::\d+)?$|[^.]\.(?:com|org|net|io|dev|app|ai|edu|gov|info|co|eu|de|uk|cn)$/i;
