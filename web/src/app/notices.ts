import { create } from "zustand";

export interface Notice {
  id: number;
  topic: string; // a new notice takes the place of the old one of its topic
  title: string;
  detail: string;
  action?: { label: string; act(): void }; // a notice with one stays until it is dismissed
}

const MOST = 3; // at once

export const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }));

let last = 0;

function notify(topic: string, title: string, detail: string, action?: Notice["action"]): void {
  const shown = useNotices.getState().notices.find((other) => other.topic === topic);
  if (shown?.title === title && shown.detail === sentence(detail)) return; // said already, and still there
  const notice = { id: ++last, topic, title, detail: sentence(detail), ...(action && { action }) };
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((other) => other.topic !== topic), notice].slice(-MOST),
  }));
}

/** Errors are written in the middle of a sentence; people read whole ones. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/** Every notice of the page: what happened, and what to do. */
export const tell = {
  nothingToRead: () => notify("read", "Nothing to read yet", "Draw something or choose a picture first."),
  alreadyRead: () => notify("read", "Already read", "The answer shown is that of this very drawing."),
  alreadyClear: () => notify("clear", "Already clear", "There is nothing on the sheet."),
  noPicture: (name: string, why: string) => notify("picture", `Cannot read ${name}`, why),
  someNotRead: (bad: number, all: number) =>
    notify("picture", `${bad} of ${all} not read`, "The table says why."),
  noPictureThere: () => notify("picture", "No picture there", "Choose a PNG, JPEG, WebP, GIF or BMP file."),
  noCamera: (why: string) => notify("camera", "No camera", `${why} You can choose a picture instead.`),
  serverAway: () =>
    notify("server", "The server is away", "It does not answer. Reading on this device needs no server."),
  notRead: (why: string) => notify("server", "Not read", why),
  notLoaded: (act?: () => void) =>
    notify(
      "part",
      "Not loaded",
      "A part of this page did not come. Try again; without success, load the page anew: your drawing stays.",
      act && { label: "Try again", act },
    ),
  deviceCannotRead: (why: string) => notify("device", "This device cannot read", why),
  corrected: (label: string) => notify("correct", "Thank you", `Kept as ${label}, to learn from.`),
  relabelled: (label: string) => notify("correct", "Corrected", `Your history has it as ${label}.`),
  copied: (text: string) => notify("copy", "Copied", text.length > 40 ? `${text.slice(0, 40)}…` : text),
  notCopied: () =>
    notify("copy", "Not copied", "The browser does not allow it. Select the text and copy it."),
  newVersion: (act: () => void) =>
    notify("version", "A new version is ready", "Your drawing stays.", { label: "Use it", act }),
  signedIn: (name: string, isNew: boolean) =>
    notify("account", isNew ? "Your account is made" : "Signed in", `You are signed in as ${name}.`),
  signedOut: (act: () => void) =>
    notify("account", "Signed out", "The session has ended. Nothing on the sheet is lost.", {
      label: "Sign in",
      act,
    }),
  notSignedOut: (status: number) =>
    notify(
      "account",
      "Not signed out",
      status ? `The server answered with ${status}.` : "The server cannot be reached; try again.",
    ),
  notSaved: (why: string, act: () => void) =>
    notify("save", "Not saved", `${why} What is read stays here.`, { label: "Try again", act }),
  notDone: (title: string, why: string) => notify("done", title, why),
  done: (title: string, detail: string) => notify("done", title, detail),
  notCorrected: (why: string) => notify("correct", "Not kept", why),
};
