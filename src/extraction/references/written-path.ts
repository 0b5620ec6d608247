/**
 * True if a text in the form of a path names a file of a project. The rules are in
 * `docs/references.md`.
 */
export function isProjectPath(path: string): boolean {
  if (path === "" || ABSOLUTE.test(path) || NOT_WRITTEN_OUT.test(path) || CONTROL.test(path)) return false;
  const slash = path.indexOf("/");
  return slash === -1 || !HOST.test(path.slice(0, slash));
}

/**
 * Decodes the percent-encoding of `text`. Returns `undefined` if a percent sign in it means
 * something else.
 */
export function percentDecoded(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Paths of this machine, of a home folder, of a package's scope, or of a server without a scheme.
 */
const ABSOLUTE = /^(?:[/~@]|[A-Za-z]:)|\/\//;
/**
 * Paths that are elided, or templates, or sets of names: `…/x.md`, `{name}/x.md`. Also the path
 * that manuals use as an example.
 */
const NOT_WRITTEN_OUT = /\.\.\.|…|[*{}<>|"$]|(?:^|\/)path\/to\/|(?:^|\/)(?:YYYY|XXX|NNN)/;
const CONTROL = /[\u0000-\u001f\u007f]/;
/** The endings of server names that file names do not have. */
const HOST = /^www\.|^localhost(?::\d+)?$|[^.]\.(?:com|org|net|io|dev|app|ai|edu|gov|info|co|eu|de|uk|cn)$/i;
