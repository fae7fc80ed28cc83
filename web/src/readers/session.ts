/**
 * A model file, opened by onnxruntime-web: WebAssembly only, one thread.
 *
 * Knows neither worker nor network, so the tests run the very same lines in Node.
 */
import * as ort from "onnxruntime-web/wasm";
import { cardOf } from "./modelfile";
import { enlarged, enlargement } from "./nearer";
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

  async function outputsOf({ width, height, pixels }: GreyPicture, asked: Alphabet): Promise<Outputs> {
    const outputs = await session.run({
      picture: new ort.Tensor("uint8", pixels, [1, height, width]),
      ...(card.reads === "page" && { number: new ort.Tensor("bool", [isNumber(card, asked)], [1]) }),
    });
    return {
      probabilities: floats(outputs, "probabilities"),
      boxes: floats(outputs, "boxes"),
      glyphs: floats(outputs, "glyphs"),
    };
  }

  /** What a page file finds, where the writing is small by a second look. */
  async function foundIn(picture: GreyPicture, asked: Alphabet): Promise<Outputs> {
    const found = await outputsOf(picture, asked);
    const by = enlargement(picture, found.boxes);
    if (by === 1) return found;
    const nearer = enlarged(picture, by);
    const again = await outputsOf(nearer, asked);
    const scale = [picture.width / nearer.width, picture.height / nearer.height];
    return { ...again, boxes: again.boxes.map((px, i) => px * (scale[i % 2] ?? 1)) };
  }

  return {
    model: id,
    async read(picture, alphabet = null) {
      const started = performance.now();
      const asked = alphabet ?? "anything";
      const page = card.reads === "page";
      const { probabilities, boxes, glyphs } = await (page ? foundIn : outputsOf)(picture, asked);
      const milliseconds = performance.now() - started;
      const about = { model: id, milliseconds, where: "device" } as const;
      if (page) return { ...pageOf(probabilities, boxes, card, asked), seen: null, ...about };
      const answer = answerOf(probabilities, boxes, card);
      const seen = answer.glyphs.length ? Uint8Array.from(glyphs, asByte) : null;
      return { ...answer, seen, ...about };
    },
  };
}

interface Outputs {
  probabilities: Float32Array; // (glyphs, labels), row after row
  boxes: Float32Array; // (glyphs, 4) px
  glyphs: Float32Array; // (glyphs, 28, 28) 0-1
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
