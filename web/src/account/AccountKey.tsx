import { useId, useRef } from "react";
import { Icon } from "../app/Icon";
import { open, type View } from "../app/view";
import { ACCOUNT_KEY, askToSignIn, signOut, useWho } from "./who";

/** In the header: the way in, and for whoever is in the way to what is theirs. */
export function AccountKey() {
  const account = useWho(({ account }) => account);
  const asking = useWho(({ asking }) => asking);
  if (account) return <Menu name={account.name} admin={account.admin} />;
  return (
    <button
      type="button"
      id={ACCOUNT_KEY}
      className="key account-key"
      aria-haspopup="dialog"
      disabled={asking}
      onClick={() => askToSignIn()}
    >
      <Icon name="person" />
      <span>Sign in</span>
    </button>
  );
}

/** The first sign of a name, whole: one may be of several code units. */
function initialOf(name: string): string {
  return [...new Intl.Segmenter().segment(name)][0]?.segment.toUpperCase() ?? "";
}

const PLACES: { view: View; label: string; admin?: true }[] = [
  { view: "history", label: "History" },
  { view: "account", label: "Account" },
  { view: "review", label: "Review corrections", admin: true },
];

function Menu({ name, admin }: { name: string; admin: boolean }) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const go = (act: () => void) => {
    menu.current?.hidePopover();
    act();
  };
  return (
    <>
      <button
        type="button"
        id={ACCOUNT_KEY}
        className="key key-icon"
        popoverTarget={id}
        title={name}
        aria-label={`Your account, ${name}`}
      >
        <span aria-hidden="true" className="initial">
          {initialOf(name)}
        </span>
      </button>
      {/* the browser closes it by Escape and by a press elsewhere, and gives the focus back */}
      <div ref={menu} id={id} popover="auto" className="menu" data-testid="account-menu">
        <p className="truncate px-3 pt-1 pb-2 text-sm text-quiet">
          Signed in as <span className="font-medium text-text">{name}</span>
        </p>
        {PLACES.filter((place) => admin || !place.admin).map(({ view, label }) => (
          <button
            key={view}
            type="button"
            className="key w-full justify-start!"
            onClick={() => go(() => open(view))}
          >
            {label}
          </button>
        ))}
        <button type="button" className="key w-full justify-start!" onClick={() => go(() => void signOut())}>
          Sign out
        </button>
      </div>
    </>
  );
}
