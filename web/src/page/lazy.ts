/** What the modes for more than one digit show; loaded when one of them is first chosen. */
import { lazy } from "react";

const page = () => import("./Page");

export const PageAnswer = lazy(async () => ({ default: (await page()).PageAnswer }));
export const GlyphPanel = lazy(async () => ({ default: (await page()).GlyphPanel }));
export const DrawnBoxes = lazy(async () => ({ default: (await page()).DrawnBoxes }));
export const PictureBoxes = lazy(async () => ({ default: (await page()).PictureBoxes }));
