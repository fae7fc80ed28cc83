/**
 * Two readers behind one interface: this device, and the server.
 *
 *   file -> decodePicture -> GreyPicture -> Reader.read -> Reading
 *   deviceReader   a worker for each model file: onnxruntime-web reads with the file itself
 *   serverReader   POST /api/v1/read
 */
export { decodePicture } from "./decode";
export { deviceReader, deviceReaders } from "./device";
export { type Problem, ReaderError, type ReaderErrorKind } from "./errors";
export { serverReader } from "./server";
export {
  type Alphabet,
  type Box,
  type Candidate,
  type DeviceReader,
  type DeviceState,
  type Glyph,
  type GreyPicture,
  type Line,
  NOT_A_DIGIT,
  NOTHING_DRAWN,
  NOTHING_TO_READ,
  type Reader,
  type Reading,
  type Where,
} from "./types";
