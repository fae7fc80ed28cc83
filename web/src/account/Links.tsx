import { useState } from "react";
import { whyNot } from "../api/asked";
import { tell } from "../app/notices";
import { useAsked } from "../app/useAsked";
import { LinkRow } from "../share/LinkRow";
import { type Link, linksFrom } from "../share/links";
import { Missing, Panel } from "./Panel";

/** All of one's links, those that have ended too, page by page. */
export function Links() {
  const { data, problem, again, set } = useAsked(() => linksFrom(null));
  const [busy, setBusy] = useState(false);
  const more = async (before: string) => {
    setBusy(true);
    try {
      const page = await linksFrom(before);
      set(({ shares }) => ({ ...page, shares: [...shares, ...page.shares] }));
    } catch (error) {
      tell.notDone("No more links", whyNot(error));
    } finally {
      setBusy(false);
    }
  };
  const revoked = (id: string) =>
    set((page) => ({ ...page, shares: page.shares.map((link) => (link.id === id ? ended(link) : link)) }));
  const next = data?.next;
  return (
    <Panel title="Links">
      <Missing problem={problem} again={again} />
      {data?.shares.length === 0 && (
        <p className="text-sm text-quiet">None yet. Open a reading in your history to make one.</p>
      )}
      <ul aria-label="Links" className="flex flex-col divide-y divide-line empty:hidden">
        {data?.shares.map((link) => (
          <LinkRow key={link.id} link={link} titled onRevoked={() => revoked(link.id)} />
        ))}
      </ul>
      {next && (
        <button type="button" className="key key-edge mt-2" disabled={busy} onClick={() => void more(next)}>
          More
        </button>
      )}
    </Panel>
  );
}

function ended(link: Link): Link {
  return { ...link, revoked: new Date().toISOString() };
}
