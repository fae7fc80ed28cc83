import { type FormEvent, useState } from "react";
import { asked, whyNot } from "../api/asked";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { Icon } from "../app/Icon";
import { tell } from "../app/notices";
import { useAsked } from "../app/useAsked";
import { dayOf } from "../history/words";
import { copy } from "../share/links";
import { KEY_NAME, wrongName } from "./checks";
import { Field } from "./Field";
import { Missing, Panel } from "./Panel";

type Key = components["schemas"]["KeyOut"];
type NewKey = components["schemas"]["KeyMade"];

/** Keys for scripts: made, shown once, and revoked. */
export function Keys() {
  const { data, problem, again, set } = useAsked(async () => (await asked(api.GET("/api/v1/keys"))).keys);
  const [made, setMade] = useState<NewKey | null>(null);
  const revoke = async (id: string) => {
    try {
      await asked(api.DELETE("/api/v1/keys/{id}", { params: { path: { id } } }));
      set((keys) => keys.filter((key) => key.id !== id));
      tell.done("Revoked", "What asks with that key is refused from now on.");
      if (made?.id === id) setMade(null);
    } catch (error) {
      tell.notDone("Not revoked", whyNot(error));
      again();
    }
  };
  return (
    <Panel title="Keys for scripts">
      <p className="text-sm text-quiet">
        A script that sends one as <code>Authorization: Bearer</code> reads and saves as you do. It cannot
        change the account.{" "}
        <a className="underline" href="/docs" target="_blank" rel="noreferrer">
          How to ask
        </a>
      </p>
      {made && <Shown made={made} onDone={() => setMade(null)} />}
      <Missing problem={problem} again={again} />
      <ul aria-label="Keys" className="flex flex-col divide-y divide-line empty:hidden">
        {data?.map(({ id, name, hint, made }: Key) => (
          <li key={id} className="flex items-center gap-2 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate">{name}</p>
              <p className="text-xs text-quiet">
                Ends in <code>{hint}</code>, made {dayOf(made)}
              </p>
            </div>
            <button
              type="button"
              className="key px-2! text-sm"
              aria-label={`Revoke the key ${name}`}
              onClick={() => void revoke(id)}
            >
              Revoke
            </button>
          </li>
        ))}
      </ul>
      <Make
        onMade={(key) => {
          setMade(key);
          set((keys) => [key, ...keys]);
        }}
      />
    </Panel>
  );
}

function Make({ onMade }: { onMade(key: NewKey): void }) {
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const body = { name: name.trim() };
    const found = wrongName(body.name, KEY_NAME.max);
    setWrong(found);
    if (found) return;
    setBusy(true);
    try {
      onMade(await asked(api.POST("/api/v1/keys", { body })));
      setName("");
    } catch (error) {
      setWrong(whyNot(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form noValidate className="mt-3 flex flex-col gap-3" onSubmit={(event) => void send(event)}>
      <Field
        label="What it is for"
        autoComplete="off"
        value={name}
        wrong={wrong}
        onChange={({ target }) => setName(target.value)}
      />
      <button type="submit" className="key key-edge self-start" disabled={busy}>
        Make a key
      </button>
    </form>
  );
}

/** The key itself, this once: the server does not know it either. */
function Shown({ made, onDone }: { made: NewKey; onDone(): void }) {
  return (
    <div role="status" className="my-3 rounded-xl bg-wash p-3">
      <p className="text-sm">
        The key <strong>{made.name}</strong>. It is shown only now: copy it to where it is needed.
      </p>
      <code className="my-2 block break-all select-all">{made.key}</code>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="key key-main" onClick={() => void copy(made.key, "the key")}>
          <Icon name="copy" size={20} /> Copy
        </button>
        <button type="button" className="key" onClick={onDone}>
          Done
        </button>
      </div>
    </div>
  );
}
