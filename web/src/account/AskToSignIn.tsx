import { later } from "../app/later";
import { closeSignIn, useWho } from "./who";

const SignIn = /* @__PURE__ */ later(() => import("./SignIn"));

/** The dialog to sign in, wherever on the page that is asked for. */
export function AskToSignIn() {
  const wanted = useWho(({ wanted }) => wanted);
  if (!wanted) return null;
  return <SignIn why={wanted.why} then={wanted.then} onClose={closeSignIn} />;
}
