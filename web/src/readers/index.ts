/**
 * Two readers behind one interface: this device, and the server.
 *
 *   file -> decodePicture -> GreyPicture -> Reader.read -> Reading
 *   deviceReader   worker: onnxruntime-web reads with the model file itself
 *   serverReader   POST /api/v1/read
 */
export { decodePicture } from "./decode";
export { deviceReader } from "./device";
export { type Problem, ReaderError, type ReaderErrorKind } from "./errors";
export { serverReader } from "./server";
export {
  type Box,
  type Candidate,
  type DeviceReader,
  type DeviceState,
  type Glyph,
  type GreyPicture,
  NOT_A_DIGIT,
  NOTHING_DRAWN,
  type Reader,
  type Reading,
  type Where,
} from "./types";
