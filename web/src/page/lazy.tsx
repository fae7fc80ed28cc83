/** What the modes for more than one digit show; loaded when one of them is first chosen. */
import { later } from "../app/later";
import { Room } from "./Room";

const page = () => import("./Page");

export const PageAnswer = later(async () => ({ default: (await page()).PageAnswer }), <Room />);
export const GlyphPanel = later(async () => ({ default: (await page()).GlyphPanel }));
export const DrawnBoxes = later(async () => ({ default: (await page()).DrawnBoxes }));
export const PictureBoxes = later(async () => ({ default: (await page()).PictureBoxes }));
