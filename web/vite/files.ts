import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The shipped model file that reads one digit. */
export const MODEL_FILE = fileURLToPath(new URL("../../src/inkread/models/digits.onnx", import.meta.url));

/** The shipped model file that reads all that is written. */
export const PAGE_FILE = fileURLToPath(new URL("../../src/inkread/models/page.onnx", import.meta.url));

/** onnxruntime-web's WebAssembly for the CPU, the smallest build it comes with. */
export const WASM_FILE = require.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");

/** `__READER_FILES__`: what src/readers/files.ts knows of the files before they are downloaded. */
export function readerFiles(): string {
  return JSON.stringify({
    digits: described(MODEL_FILE),
    page: described(PAGE_FILE),
    wasm: { bytes: statSync(WASM_FILE).size },
  });
}

function described(path: string): { bytes: number; sha256: string } {
  if (!existsSync(path)) {
    throw new Error(
      `expected the shipped model file ${path}, got none; fetch the repository anew, or train it`,
    );
  }
  const model = readFileSync(path);
  return { bytes: model.length, sha256: createHash("sha256").update(model).digest("hex") };
}
