/**
 * What a model file says about itself: the card in its ONNX metadata.
 *
 * No ONNX library comes to the browser for one string, so the message is walked in Protocol Buffers' wire
 * format (protobuf.dev/programming-guides/encoding), as src/inkread/modelfile.py does:
 * ModelProto.metadata_props = 14; StringStringEntryProto.key = 1, .value = 2 (onnx.proto).
 */

/** The part of a card that reading needs. */
export interface Card {
  name: string;
  reads: "glyph" | "page"; // one character of the whole picture, or every one in it
  labels: string[]; // by column of the probabilities
  reject: number | null; // column of "not a digit"
  thresholds: {
    reject: number; // at or above it for the reject label, the answer is that label
    sure: number; // below it for the best other label, the answer is torn
  };
  alphabets: Record<string, string[]>; // of a page file: the labels that may be asked for, by name
  twins: string[][]; // of a page file: labels of one shape
}

const CARD_KEY = "inkread";
const CARD_FORMAT = 1;
const METADATA_PROPS = 14;
const KEY = 1;
const VALUE = 2;

/** The card in the bytes of a model file; an Error where there is none that this release reads. */
export function cardOf(model: Uint8Array): Card {
  for (const entry of fields(model, METADATA_PROPS)) {
    if (text(entry, KEY) === CARD_KEY) return parsed(text(entry, VALUE));
  }
  throw new Error(`expected a model file with a card, got ${model.length} bytes without one; fetch it again`);
}

function parsed(json: string): Card {
  const card = JSON.parse(json);
  if (card.format !== CARD_FORMAT) {
    throw new Error(`expected a card of format ${CARD_FORMAT}, got ${card.format}; load the page anew`);
  }
  const labels: string[] = card.alphabet;
  return {
    name: card.name,
    reads: card.reads ?? "glyph",
    labels,
    reject: card.reject === null ? null : labels.indexOf(card.reject),
    thresholds: { reject: card.thresholds.reject, sure: card.thresholds.sure },
    alphabets: card.alphabets ?? {},
    twins: card.twins ?? [],
  };
}

function text(message: Uint8Array, field: number): string {
  for (const value of fields(message, field)) return new TextDecoder().decode(value);
  return "";
}

/** The length-delimited fields `wanted` of a message. */
function* fields(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  let position = 0;
  while (position < message.length) {
    const key = varint();
    switch (key % 8) {
      case 0:
        varint();
        break;
      case 1:
        position += 8;
        break;
      case 2: {
        const length = varint();
        if (Math.floor(key / 8) === wanted) yield message.subarray(position, position + length);
        position += length;
        break;
      }
      case 5:
        position += 4;
        break;
      default:
        throw new Error("expected an ONNX file, got other or damaged bytes; fetch it again");
    }
  }

  function varint(): number {
    let value = 0;
    let scale = 1; // no shifts: they would cut at 32 bits
    for (;;) {
      const byte = message[position++];
      if (byte === undefined)
        throw new Error("expected a whole ONNX file, got a truncated one; fetch it again");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }
}
