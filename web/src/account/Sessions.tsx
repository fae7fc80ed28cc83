import { asked, whyNot } from "../api/asked";
import { api } from "../api/client";
import { tell } from "../app/notices";
import { useAsked } from "../app/useAsked";
import { dayOf, momentOf } from "../history/words";
import { agentName } from "./agent";
import { Missing, Panel } from "./Panel";

/** Where one is signed in, and an end to that. */
export function Sessions() {
  const { data, problem, again, set } = useAsked(async () => {
    const { sessions } = await asked(api.GET("/api/v1/sessions"));
    return sessions;
  });
  const end = async (id: string) => {
    try {
      await asked(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } }));
      set((sessions) => sessions.filter((session) => session.id !== id));
      tell.done("Signed out there", "That browser has to sign in again.");
    } catch (error) {
      tell.notDone("Not signed out there", whyNot(error));
      again();
    }
  };
  return (
    <Panel title="Signed in">
      <Missing problem={problem} again={again} />
      <ul aria-label="Sessions" className="flex flex-col divide-y divide-line empty:hidden">
        {data?.map(({ id, agent, made, expires, current }) => (
          <li key={id} className="flex items-center gap-2 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate" title={agent}>
                {agentName(agent)}
              </p>
              <p className="text-xs text-quiet">
                Since {momentOf(made)}, until {dayOf(expires)} at the latest
              </p>
            </div>
            {current ? (
              <span className="mark mark-strong">This browser</span>
            ) : (
              <button type="button" className="key px-2! text-sm" onClick={() => void end(id)}>
                Sign out there
              </button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
