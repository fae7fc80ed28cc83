import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSIBLE = new Set([
  ".css",
  ".html",
  ".js",
  ".json",
  ".onnx",
  ".svg",
  ".txt",
  ".wasm",
  ".webmanifest",
]);
const LEAST = 1000; // bytes: below, the headers weigh more than what is saved

const ENCODINGS: Record<string, (data: Buffer) => Promise<Buffer>> = {
  br: (data) =>
    promisify(brotliCompress)(data, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    }),
  gz: (data) => promisify(gzip)(data, { level: constants.Z_BEST_COMPRESSION }),
};

/**
 * Writes `<file>.br` and `<file>.gz` beside each file of the build that gets smaller by it, for the server to send.
 *
 * Brotli takes half a minute for the 14 MB of WebAssembly, which change with a release of onnxruntime-web only:
 * `cache` keeps what was compressed, by the hash of its content.
 */
export function precompress(cache: string): Plugin {
  let folder = "";
  return {
    name: "inkread-precompress",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "post", // after the service worker is written
      sequential: true,
      async handler() {
        mkdirSync(cache, { recursive: true });
        await Promise.all(compressible(folder).map((path) => compressed(path, cache)));
      },
    },
  };
}

function compressible(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && COMPRESSIBLE.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function compressed(path: string, cache: string): Promise<void> {
  const data = readFileSync(path);
  if (data.length < LEAST) return;
  const hash = createHash("sha256").update(data).digest("hex");
  for (const [ending, compress] of Object.entries(ENCODINGS)) {
    const kept = join(cache, `${hash}.${ending}`);
    if (!existsSync(kept)) {
      writeFileSync(`${kept}.part`, await compress(data)); // a build that is stopped leaves no half file
      renameSync(`${kept}.part`, kept);
    }
    const smaller = readFileSync(kept);
    if (smaller.length < data.length) writeFileSync(`${path}.${ending}`, smaller);
  }
}
