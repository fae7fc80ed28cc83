import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The shipped model file. */
export const MODEL_FILE = fileURLToPath(new URL("../../src/inkread/models/digits.onnx", import.meta.url));

/** onnxruntime-web's WebAssembly for the CPU, the smallest build it comes with. */
export const WASM_FILE = require.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");

/** `__READER_FILES__`: what src/readers/files.ts knows of the two files before they are downloaded. */
export function readerFiles(): string {
  const model = readFileSync(MODEL_FILE);
  return JSON.stringify({
    model: { bytes: model.length, sha256: createHash("sha256").update(model).digest("hex") },
    wasm: { bytes: statSync(WASM_FILE).size },
  });
}
