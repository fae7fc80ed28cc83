import { useEffect, useState } from "react";
import { whyNot } from "../api/asked";
import { Icon } from "../app/Icon";
import { LinkRow } from "./LinkRow";
import { HOLDS, type Link, linksTo, makeLink } from "./links";

/** Links to one reading: those that hold, and a new one. */
export function ShareReading({ id }: { id: string }) {
  const [links, setLinks] = useState<readonly Link[]>([]);
  const [days, setDays] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let wanted = true;
    linksTo(id).then(
      (found) => wanted && setLinks(found),
      (error: unknown) => wanted && setProblem(whyNot(error)),
    );
    return () => {
      wanted = false;
    };
  }, [id]);
  const make = async () => {
    setBusy(true);
    setProblem("");
    try {
      const made = await makeLink(id, days);
      setLinks((links) => [made, ...links]);
    } catch (error) {
      setProblem(whyNot(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label="Share" className="mt-4 border-t border-line pt-4">
      <div className="flex flex-wrap items-center gap-2">
        <button type="button" className="key key-edge" disabled={busy} onClick={() => void make()}>
          <Icon name="link" /> Make a link
        </button>
        <label className="flex items-center gap-2 text-sm text-quiet">
          that holds
          <select
            className="field"
            value={days ?? ""}
            onChange={({ target }) => setDays(target.value ? Number(target.value) : null)}
          >
            {HOLDS.map(({ days, label }) => (
              <option key={label} value={days ?? ""}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className="mt-2 text-sm text-quiet">
        Whoever has it sees this drawing and its reading, and nothing else.
      </p>
      <p role="alert" className="wrong text-sm empty:hidden">
        {problem}
      </p>
      <ul aria-label="Links to it" className="flex flex-col empty:hidden">
        {links.map((link) => (
          <LinkRow
            key={link.id}
            link={link}
            onRevoked={() => setLinks((links) => links.filter(({ id }) => id !== link.id))}
          />
        ))}
      </ul>
    </section>
  );
}
