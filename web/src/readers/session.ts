/**
 * A model file, opened by onnxruntime-web: WebAssembly only, one thread.
 *
 * Knows neither worker nor network, so the tests run the very same lines in Node.
 */
import * as ort from "onnxruntime-web/wasm";
import { cardOf } from "./modelfile";
import { isNumber, pageOf } from "./page";
import { answerOf } from "./reading";
import type { Alphabet, GreyPicture, Reading } from "./types";

/** An opened model file. */
export interface Session {
  model: string; // id: name and start of the sha256, as in Python
  /** `alphabet`: of a page file; null for a glyph file. */
  read(picture: GreyPicture, alphabet?: Alphabet | null): Promise<Reading>;
}

/** Opens the bytes of a model file on the WebAssembly in `wasm`; `sha256` is that of `model`, in hex. */
export async function openSession(model: Uint8Array, wasm: ArrayBuffer, sha256: string): Promise<Session> {
  const card = cardOf(model);
  const id = `${card.name}@${sha256.slice(0, 12)}`;
  ort.env.wasm.numThreads = 1; // more would need cross-origin isolation, which few hosts set
  ort.env.wasm.proxy = false; // this runs in a worker already
  ort.env.wasm.wasmBinary = wasm;
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "basic", // the passes above it take time at start and gain nothing: 3.3 ms either way
    logSeverityLevel: 4, // errors are thrown, and reach the page as one message
  });

  return {
    model: id,
    async read({ width, height, pixels }, alphabet = null) {
      const started = performance.now();
      const asked = alphabet ?? "anything";
      const outputs = await session.run({
        picture: new ort.Tensor("uint8", pixels, [1, height, width]),
        ...(card.reads === "page" && { number: new ort.Tensor("bool", [isNumber(card, asked)], [1]) }),
      });
      const milliseconds = performance.now() - started;
      const [probabilities, boxes] = [floats(outputs, "probabilities"), floats(outputs, "boxes")];
      const about = { model: id, milliseconds, where: "device" } as const;
      if (card.reads === "page") {
        return { ...pageOf(probabilities, boxes, card, asked), seen: null, ...about };
      }
      const answer = answerOf(probabilities, boxes, card);
      const seen = answer.glyphs.length ? Uint8Array.from(floats(outputs, "glyphs"), asByte) : null;
      return { ...answer, seen, ...about };
    },
  };
}

function floats(outputs: ort.InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) {
    throw new Error(`expected a model file with the output ${name}, got ${Object.keys(outputs).join(", ")}`);
  }
  return data;
}

function asByte(ink: number): number {
  return Math.round(Math.min(Math.max(ink, 0), 1) * 255);
}
