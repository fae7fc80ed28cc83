import { type FormEvent, useState } from "react";
import { asked, NotDone, whyNot } from "../api/asked";
import { api } from "../api/client";
import { Dialog } from "../app/Dialog";
import { tell } from "../app/notices";
import { PASSWORD, wrongName, wrongPassword } from "./checks";
import { Field, Problem } from "./Field";
import { ACCOUNT_KEY, became } from "./who";

interface Props {
  why: string;
  then(): void;
  onClose(): void;
}

type Way = "in" | "up";

const WAYS: { way: Way; label: string }[] = [
  { way: "in", label: "Sign in" },
  { way: "up", label: "New account" },
];

let typed = ""; // the name, kept while the dialog is closed

/** Signs in, or makes an account, which signs in as well. */
export default function SignIn({ why, then, onClose }: Props) {
  const [way, setWay] = useState<Way>("in");
  const [name, setName] = useState(typed);
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState({ name: "", password: "", all: "" });
  const [busy, setBusy] = useState(false);
  const isNew = way === "up";

  const choose = (to: Way) => {
    setWay(to);
    setWrong({ name: "", password: "", all: "" });
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const body = { name: name.trim(), password };
    const found = {
      name: wrongName(body.name),
      password: isNew ? wrongPassword(password) : password ? "" : "The password is missing.",
      all: "",
    };
    setWrong(found);
    if (found.name || found.password) return focusWrong(event.currentTarget as HTMLFormElement, found);
    setBusy(true);
    try {
      const path = isNew ? "/api/v1/account" : "/api/v1/session";
      const account = await asked(api.POST(path, { body }));
      typed = "";
      became(account);
      onClose();
      tell.signedIn(account.name, isNew);
      then();
      setTimeout(focusKey);
    } catch (error) {
      const taken = isNew && error instanceof NotDone && error.kind === "conflict";
      setWrong({ name: taken ? whyNot(error) : "", password: "", all: taken ? "" : whyNot(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={isNew ? "New account" : "Sign in"} onClose={onClose}>
      {why && <p className="mb-4">{why}</p>}
      <fieldset className="choice mb-4 flex!">
        <legend className="sr-only">Sign in, or make an account</legend>
        {WAYS.map((one) => (
          <label key={one.way} className="flex-1">
            <input type="radio" name="way" checked={one.way === way} onChange={() => choose(one.way)} />
            {one.label}
          </label>
        ))}
      </fieldset>
      <form noValidate className="flex flex-col gap-4" onSubmit={(event) => void send(event)}>
        <Field
          label="Name"
          data-focus
          name="username"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          value={name}
          wrong={wrong.name}
          onChange={({ target }) => {
            typed = target.value;
            setName(target.value);
          }}
        />
        <Field
          label="Password"
          type="password"
          name="password"
          autoComplete={isNew ? "new-password" : "current-password"}
          value={password}
          note={isNew ? `At least ${PASSWORD.min} characters. It cannot be recovered: keep it well.` : ""}
          wrong={wrong.password}
          onChange={({ target }) => setPassword(target.value)}
        />
        <Problem text={wrong.all} />
        <button type="submit" className="key key-main" disabled={busy}>
          {isNew ? "Make the account" : "Sign in"}
        </button>
      </form>
      <p className="mt-4 text-sm text-quiet">
        An account keeps a history of what you save. Everything else works without one.
      </p>
    </Dialog>
  );
}

/** What asked to sign in may be gone with that: the focus is not lost with it. */
function focusKey(): void {
  if (document.activeElement === document.body) document.getElementById(ACCOUNT_KEY)?.focus();
}

function focusWrong(form: HTMLFormElement, found: { name: string }): void {
  form.querySelector<HTMLInputElement>(found.name ? "[name=username]" : "[name=password]")?.focus();
}
