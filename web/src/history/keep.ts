import type { Correctable, Subject } from "../answer/reads";
import { asked, NotDone, sentence } from "../api/asked";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { alphabetOf, type Mode } from "../app/modes";

type Drawing = components["schemas"]["Drawing"];

/** Keeps what was read in the history of whoever is signed in; the id of the reading. Rejects with NotDone. */
export async function keepReading(subject: Subject, mode: Mode): Promise<string> {
  const alphabet = alphabetOf(mode);
  const query = alphabet === null ? { save: true } : { save: true, alphabet };
  const body = toKeep(subject.toCorrect());
  const { saved, not_saved } = await asked(api.POST("/api/v1/read", { params: { query }, body }));
  if (saved) return saved;
  throw new NotDone(503, "store-away", sentence(not_saved ?? "the server does not say why"));
}

/** Without its sheet the server draws strokes as this page does, so that it reads what was read here. */
export function toKeep(what: Correctable): Drawing {
  return "strokes" in what ? { strokes: what.strokes } : { picture: what.picture };
}
