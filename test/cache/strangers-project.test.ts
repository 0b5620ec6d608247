import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

let root: string;
let outside: string;

beforeEach(() => {
  root = temporaryDirectory();
  outside = temporaryDirectory();
});

function open(options: Parameters<typeof openMetadataCache>[0] = {}): ReturnType<typeof openMetadataCache> {
  return openMetadataCache({ project: root, environment: {}, ...options });
}

describe("a project file from a stranger", () => {
  test("cannot put the database outside of the project's folder, nor on a server", async () => {
    symlinkSync(outside, join(root, "link"));
    symlinkSync(join(outside, "absent.db"), join(root, "dangling.db"));
    const places = [
      join(outside, "a.db"),
      "../a.db",
      `sqlite:${outside}/a.db`,
      "link/a.db",
      "dangling.db",
      "postgres://u:secret@127.0.0.1:1/x",
    ];
    for (const database of places) {
      writeFileSync(join(root, "metacache.json"), JSON.stringify({ database }));
      const refusal = await open().catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "E_CONFIG", message: expect.stringMatching(/metacache\.json.*--db.*METACACHE_DATABASE/) });
      expect(String(refusal)).not.toContain("secret");
    }
    expect(existsSync(join(outside, "a.db"))).toBe(false);
    expect(existsSync(join(outside, "absent.db"))).toBe(false);
  });

  test("is overruled by what the user says, who may name any place", async () => {
    writeFileSync(join(root, "metacache.json"), JSON.stringify({ database: "../a.db" }));
    const places = [
      { database: join(outside, "a.db") },
      { environment: { METACACHE_DATABASE: join(outside, "b.db") } },
      { flags: { database: join(outside, "c.db") } },
    ];
    for (const place of places) {
      await using cache = await open(place);
      await cache.update([]);
    }
    for (const name of ["a.db", "b.db", "c.db"]) expect(existsSync(join(outside, name))).toBe(true);
  });

  test("may put it anywhere within the folder", async () => {
    mkdirSync(join(root, "deep"));
    symlinkSync(join(root, "deep"), join(root, "link"));
    writeFileSync(join(root, "metacache.json"), JSON.stringify({ database: "link/../link/a.db" }));
    {
      await using cache = await open();
      await cache.update([]);
    }
    expect(existsSync(join(root, "deep/a.db"))).toBe(true);
  });
});

test("a folder .metacache that leads out of the project is refused, and nothing is made there", async () => {
  symlinkSync(outside, join(root, ".metacache"));
  await expect(open()).rejects.toMatchObject({ code: "E_CONFIG", message: expect.stringContaining("outside of") });
  expect(existsSync(join(outside, "metadata.db"))).toBe(false);
  expect(existsSync(join(outside, ".gitignore"))).toBe(false);
});
