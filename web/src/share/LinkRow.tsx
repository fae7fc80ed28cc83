import { useState } from "react";
import { whyNot } from "../api/asked";
import { Icon } from "../app/Icon";
import { tell } from "../app/notices";
import { dayOf, momentOf } from "../history/words";
import { addressOf, copy, type Link, revoke, stateOf } from "./links";

interface Props {
  link: Link;
  titled?: boolean; // says what it leads to
  onRevoked(): void;
}

/** A link: to copy while it holds, and to revoke. */
export function LinkRow({ link, titled = false, onRevoked }: Props) {
  const [busy, setBusy] = useState(false);
  const state = stateOf(link);
  const address = addressOf(link);
  const end = async () => {
    setBusy(true);
    try {
      await revoke(link.id);
      tell.done("Revoked", "The link shows nothing from now on.");
      onRevoked();
    } catch (error) {
      tell.notDone("Not revoked", whyNot(error));
      setBusy(false);
    }
  };
  return (
    <li className="flex flex-wrap items-center gap-x-2 py-1.5">
      <div className="min-w-0 flex-1 basis-52">
        {titled && <p className="truncate font-medium">{link.text || "Nothing read"}</p>}
        {state === "holds" ? (
          <input
            readOnly
            aria-label="Link"
            value={address}
            className="w-full truncate rounded bg-transparent text-sm"
            onFocus={({ target }) => target.select()}
          />
        ) : null}
        <p className="text-xs text-quiet">{saidOf(link)}</p>
      </div>
      {state === "holds" && (
        <div className="flex">
          <button type="button" className="key px-2! text-sm" onClick={() => void copy(address)}>
            <Icon name="copy" size={20} /> Copy
          </button>
          <button type="button" className="key px-2! text-sm" disabled={busy} onClick={() => void end()}>
            Revoke
          </button>
        </div>
      )}
    </li>
  );
}

function saidOf({ made, expires, revoked }: Link): string {
  const since = `Made ${dayOf(made)}`;
  switch (stateOf({ expires, revoked })) {
    case "revoked":
      return `${since}, revoked ${dayOf(revoked ?? made)}`;
    case "expired":
      return `${since}, expired ${dayOf(expires ?? made)}`;
    case "holds":
      return expires ? `${since}, holds until ${momentOf(expires)}` : `${since}, holds until revoked`;
  }
}
