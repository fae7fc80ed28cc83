/** The two files the reader on this device consists of. The build puts a hash into their names. */
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import model from "../../../src/inkread/models/digits.onnx?url";

/** Set by the build (vite/files.ts): a compressed download does not tell how many bytes will come out of it. */
declare const __READER_FILES__: {
  model: { bytes: number; sha256: string };
  wasm: { bytes: number };
};

export const MODEL = { url: model, ...__READER_FILES__.model };
export const WASM = { url: wasm, ...__READER_FILES__.wasm };
