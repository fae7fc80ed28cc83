import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { recall } from "./account/who";
import { App } from "./app/App";
import { warmUp } from "./app/engine";
import { tell } from "./app/notices";
import { useView } from "./app/view";
import { keepOverReload } from "./drawing/current";
import { keepOffline } from "./offline";
import "./style.css";

const page = document.getElementById("page");
if (!page) throw new Error('expected an element with the id "page" in index.html, got none');

createRoot(page).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

keepOverReload();

void recall();

// The page comes first, then the reader: after two frames. Who follows a link does not read, and may not come to it.
requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    if (useView.getState().view !== "shared") warmUp();
    else useView.subscribe(warmUp);
    if (import.meta.env.PROD) keepOffline(tell.newVersion);
  }),
);
