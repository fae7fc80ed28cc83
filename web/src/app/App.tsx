import { lazy, Suspense, useEffect } from "react";
import { Announcer } from "../answer/Announcer";
import { askAgain } from "../answer/reads";
import { DrawView } from "../drawing/DrawView";
import { DropHere } from "../pictures/DropHere";
import { onDeviceFailure, onReaderChange } from "./engine";
import { Header } from "./Header";
import { tell } from "./notices";
import { Toasts } from "./Toasts";
import { useView } from "./view";

const PicturesView = lazy(() => import("../pictures/PicturesView"));

/** One page with two views: draw, or look at pictures. Pictures may be dropped and pasted in either. */
export function App() {
  const view = useView(({ view }) => view);
  useEffect(() => onReaderChange(askAgain), []);
  useEffect(() => onDeviceFailure(tell.deviceCannotRead), []);
  return (
    <>
      <Header />
      {view === "draw" ? (
        <DrawView />
      ) : (
        <Suspense fallback={<main className="desk" />}>
          <PicturesView />
        </Suspense>
      )}
      <DropHere />
      <Announcer />
      <Toasts />
    </>
  );
}
