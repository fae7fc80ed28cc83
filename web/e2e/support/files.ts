/** A plain file server, as any static host is one: no API, no fallback, in a folder below the root. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const BUILD = fileURLToPath(new URL("../../dist-static/", import.meta.url));
const FOLDER = "/some/folder/";
const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

export interface Host {
  url: string;
  missed: string[]; // what was asked for and is not there
  release(): void; // another version: a service worker of other bytes is one
  stop(): Promise<void>;
}

/** Serves what `npm run build:static` wrote. */
export async function host(): Promise<Host> {
  if (!existsSync(BUILD))
    throw new Error(`expected the static build in ${BUILD}; run \`npm run build:static\``);
  const missed: string[] = [];
  let version = 1;
  const server = createServer(({ url = "/", method }, response) => {
    const { pathname } = new URL(url, "http://host");
    const inside = pathname.startsWith(FOLDER) && normalize(pathname.slice(FOLDER.length) || "index.html");
    const path = join(BUILD, inside || "..");
    if (method !== "GET" || !inside || !existsSync(path)) {
      missed.push(`${method} ${pathname}`);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" });
    response.end(pathname.endsWith("/sw.js") ? `${readFileSync(path)}// ${version}` : readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${FOLDER}`,
    missed,
    release: () => {
      version++;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
