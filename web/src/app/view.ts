import { create } from "zustand";

export type View = "draw" | "pictures";

/** Which of the two views is open. */
export const useView = create<{ view: View }>(() => ({ view: "draw" }));

export function open(view: View): void {
  useView.setState({ view });
}
