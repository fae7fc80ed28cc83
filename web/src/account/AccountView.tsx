import { type FormEvent, useEffect, useState } from "react";
import { asked, NotDone, whyNot } from "../api/asked";
import { api } from "../api/client";
import { View } from "../app/Frame";
import { Icon } from "../app/Icon";
import { tell } from "../app/notices";
import { open } from "../app/view";
import { bytesOf } from "../history/words";
import { PASSWORD, wrongPassword } from "./checks";
import { Field, Problem } from "./Field";
import { Keys } from "./Keys";
import { Links } from "./Links";
import { Panel } from "./Panel";
import { Sessions } from "./Sessions";
import { type Account, askToSignIn, became, recall, useWho } from "./who";

/** All that an account has besides its history: password, sessions, keys, links, and the ways out. */
export default function AccountView() {
  const account = useWho(({ account }) => account);
  const asking = useWho(({ asking }) => asking);
  return (
    <View title={account?.name ?? "Account"}>
      {account ? (
        <Mine key={account.name} account={account} />
      ) : (
        !asking && (
          <div className="empty">
            <p className="text-quiet">Sign in to see your account.</p>
            <button type="button" className="key key-main" onClick={() => askToSignIn()}>
              Sign in
            </button>
          </div>
        )
      )}
    </View>
  );
}

function Mine({ account }: { account: Account }) {
  useEffect(() => void recall(), []); // how much is kept has changed since
  return (
    <div className="grid items-start gap-4 md:grid-cols-2">
      <div className="grid gap-4">
        <Password name={account.name} />
        <Sessions />
        <Panel title="Your data">
          <p className="text-sm text-quiet">
            {bytesOf(account.size)} of {bytesOf(account.room)} kept. One zip file has all of it: readings with
            their drawings, corrections, links.
          </p>
          <p className="mt-3">
            <a className="key key-edge" href="/api/v1/account/export" download>
              <Icon name="download" /> Take it along
            </a>
          </p>
        </Panel>
      </div>
      <div className="grid gap-4">
        <Keys />
        <Links />
        <Delete name={account.name} />
      </div>
    </div>
  );
}

function Password({ name }: { name: string }) {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [wrong, setWrong] = useState({ old: "", next: "", all: "" });
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const found = {
      old: old ? "" : "The password until now is missing.",
      next: wrongPassword(next),
      all: "",
    };
    setWrong(found);
    if (found.old || found.next) return;
    setBusy(true);
    try {
      await asked(api.PUT("/api/v1/account/password", { body: { old, new: next } }));
      setOld("");
      setNext("");
      tell.done("The password is changed", "All other browsers are signed out; keys stay.");
    } catch (error) {
      const denied = error instanceof NotDone && error.kind === "denied";
      setWrong({ old: denied ? whyNot(error) : "", next: "", all: denied ? "" : whyNot(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Password">
      <form noValidate className="flex flex-col gap-3" onSubmit={(event) => void send(event)}>
        {/* for programs that keep passwords */}
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <Field
          label="Until now"
          type="password"
          autoComplete="current-password"
          value={old}
          wrong={wrong.old}
          onChange={({ target }) => setOld(target.value)}
        />
        <Field
          label="From now on"
          type="password"
          autoComplete="new-password"
          value={next}
          note={`At least ${PASSWORD.min} characters.`}
          wrong={wrong.next}
          onChange={({ target }) => setNext(target.value)}
        />
        <Problem text={wrong.all} />
        <button type="submit" className="key key-edge self-start" disabled={busy}>
          Change the password
        </button>
      </form>
    </Panel>
  );
}

function Delete({ name }: { name: string }) {
  const [asks, setAsks] = useState(false);
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!password) return setWrong("The password is missing.");
    setBusy(true);
    try {
      await asked(api.POST("/api/v1/account/delete", { body: { password } }));
      became(null);
      open("draw");
      tell.done("The account is deleted", "All that was kept of it is gone.");
    } catch (error) {
      setWrong(whyNot(error));
      setBusy(false);
    }
  };
  return (
    <Panel title="Leave">
      <p className="text-sm text-quiet">
        Deletes the account and all that is kept of it: history, drawings, links, corrections, keys. There is
        no way back.
      </p>
      {asks ? (
        <form
          noValidate
          aria-label="Delete the account"
          className="mt-3 flex flex-col gap-3"
          onSubmit={(event) => void send(event)}
        >
          <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
          <Field
            label="Your password"
            type="password"
            autoComplete="current-password"
            autoFocus
            value={password}
            wrong={wrong}
            onChange={({ target }) => setPassword(target.value)}
          />
          <div className="flex flex-wrap gap-2">
            <button type="submit" className="key key-danger" disabled={busy}>
              Delete for good
            </button>
            <button type="button" className="key" onClick={() => setAsks(false)}>
              Keep it
            </button>
          </div>
        </form>
      ) : (
        <button type="button" className="key key-edge mt-3" onClick={() => setAsks(true)}>
          Delete the account…
        </button>
      )}
    </Panel>
  );
}
