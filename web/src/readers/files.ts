/** The files the readers on this device consist of. The build puts a hash into their names. */
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import digits from "../../../src/inkread/models/digits.onnx?url";
import page from "../../../src/inkread/models/page.onnx?url";

/** Set by the build (vite/files.ts): a compressed download does not tell how many bytes will come out of it. */
declare const __READER_FILES__: {
  digits: { bytes: number; sha256: string };
  page: { bytes: number; sha256: string };
  wasm: { bytes: number };
};

export const MODELS = {
  digits: { url: digits, ...__READER_FILES__.digits },
  page: { url: page, ...__READER_FILES__.page },
};
export const WASM = { url: wasm, ...__READER_FILES__.wasm };
