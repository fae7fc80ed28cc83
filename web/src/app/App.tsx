import { type ComponentType, useEffect } from "react";
import { AskToSignIn } from "../account/AskToSignIn";
import { Announcer } from "../answer/Announcer";
import { askAgain } from "../answer/reads";
import { DrawView } from "../drawing/DrawView";
import { DropHere } from "../pictures/DropHere";
import { onDeviceFailure, onReaderChange } from "./engine";
import { Header } from "./Header";
import { later } from "./later";
import { tell } from "./notices";
import { Toasts } from "./Toasts";
import { useView, type View } from "./view";

const room = <main className="desk" />;

/** Loaded when first opened, but for the sheet. Without a server there are sheet, pictures and game. */
const VIEWS: Record<View, ComponentType> = {
  draw: DrawView,
  pictures: later(() => import("../pictures/PicturesView"), room),
  beat: later(() => import("../beat/BeatView"), room),
  history: __WITH_SERVER__ ? later(() => import("../history/HistoryView"), room) : DrawView,
  account: __WITH_SERVER__ ? later(() => import("../account/AccountView"), room) : DrawView,
  review: __WITH_SERVER__ ? later(() => import("../review/ReviewView"), room) : DrawView,
  shared: __WITH_SERVER__ ? later(() => import("../share/SharedView"), room) : DrawView,
};

/** One page with several views. Pictures may be dropped and pasted in each but that of a link. */
export function App() {
  const view = useView(({ view }) => view);
  const Open = VIEWS[view];
  useEffect(() => onReaderChange(askAgain), []);
  useEffect(() => onDeviceFailure(tell.deviceCannotRead), []);
  return (
    <>
      <Header />
      <Open />
      {view !== "shared" && <DropHere />}
      <Announcer />
      {__WITH_SERVER__ && <AskToSignIn />}
      <Toasts />
    </>
  );
}
