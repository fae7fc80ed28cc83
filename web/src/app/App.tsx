import { type ComponentType, lazy, Suspense, useEffect } from "react";
import { AskToSignIn } from "../account/AskToSignIn";
import { Announcer } from "../answer/Announcer";
import { askAgain } from "../answer/reads";
import { DrawView } from "../drawing/DrawView";
import { DropHere } from "../pictures/DropHere";
import { onDeviceFailure, onReaderChange } from "./engine";
import { Header } from "./Header";
import { tell } from "./notices";
import { Toasts } from "./Toasts";
import { useView, type View } from "./view";

/** Loaded when first opened, but for the sheet. Without a server there are sheet, pictures and game. */
const VIEWS: Record<View, ComponentType> = {
  draw: DrawView,
  pictures: lazy(() => import("../pictures/PicturesView")),
  beat: lazy(() => import("../beat/BeatView")),
  history: __WITH_SERVER__ ? lazy(() => import("../history/HistoryView")) : DrawView,
  account: __WITH_SERVER__ ? lazy(() => import("../account/AccountView")) : DrawView,
  review: __WITH_SERVER__ ? lazy(() => import("../review/ReviewView")) : DrawView,
  shared: __WITH_SERVER__ ? lazy(() => import("../share/SharedView")) : DrawView,
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
      <Suspense fallback={<main className="desk" />}>
        <Open />
      </Suspense>
      {view !== "shared" && <DropHere />}
      <Announcer />
      {__WITH_SERVER__ && <AskToSignIn />}
      <Toasts />
    </>
  );
}
