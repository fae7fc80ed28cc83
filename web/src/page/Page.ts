/** One chunk of the build: see lazy.ts. */
export { DrawnBoxes, PictureBoxes } from "./Boxes";
export { GlyphPanel } from "./GlyphPanel";
export { PageAnswer } from "./PageAnswer";
