/** What the server would refuse, said before it is sent (service/kept.py has the same rules). */

export const PASSWORD = { min: 8, max: 200 }; // characters
export const NAME = { max: 40 };
export const KEY_NAME = { max: 60 };

const CONTROL = /\p{Cc}|[\u2028\u2029]/u;

/** What is wrong with a name, in a sentence; "" where nothing is. */
export function wrongName(name: string, max: number = NAME.max): string {
  const length = [...name].length;
  if (name === "") return "A name is missing.";
  if (length > max) return `A name has at most ${max} characters; this one has ${length}.`;
  if (CONTROL.test(name)) return "A name is one line of text; this one has signs that cannot be seen.";
  return "";
}

/** What is wrong with a password to be, in a sentence; "" where nothing is. */
export function wrongPassword(password: string): string {
  const length = [...password].length;
  if (length < PASSWORD.min)
    return `A password has at least ${PASSWORD.min} characters; this one has ${length}.`;
  if (length > PASSWORD.max)
    return `A password has at most ${PASSWORD.max} characters; this one has ${length}.`;
  return "";
}
