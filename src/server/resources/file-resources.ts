import { type McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import type { ServedProject } from "../projects/served-project.ts";
import { fileText } from "../show/file-text.ts";

const SCHEME = "metacache:///";
const WAIT_MS = 300;

/**
 * Registers the files of a project that have a record as resources. If `announces` is true, clients
 * that listen hear of each changed file. Announcements start when the first file is read, because
 * the project must not be opened before that.
 */
export function registerFiles(server: McpServer, served: ServedProject, announces: boolean): void {
  const onChange = (changed: string): void => void server.server.sendResourceUpdated({ uri: uriOf(changed) }).catch(() => undefined);
  const template = new ResourceTemplate(`${SCHEME}{+path}`, { list: undefined });
  server.registerResource("file", template, { title: "File", description: "A file of the project, by its path." }, async (uri) => {
    const path = pathOf(uri.href);
    const { project } = await served.settled(WAIT_MS);
    const record = path === undefined ? undefined : await project.cache.getMetadata(path);
    if (record === undefined) throw new ResourceNotFoundError(uri.href);
    if (announces) await served.announce(onChange);
    return { contents: [{ uri: uri.href, mimeType: "text/plain", text: fileText(project.root, record.path, undefined) }] };
  });
}

export function uriOf(path: string): string {
  return SCHEME + path.split("/").map(encodeURIComponent).join("/");
}

/** Returns `undefined` for a URI that cannot come from a path. */
function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith(SCHEME) ? decodeURIComponent(uri.slice(SCHEME.length)) : undefined;
  } catch {
    return undefined;
  }
}
