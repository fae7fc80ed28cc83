import { useCallback, useEffect, useRef, useState } from "react";
import { whyNot } from "../api/asked";

interface Asked<T> {
  data: T | null;
  problem: string; // why there is none, "" where there is or will be
  again(): void;
  set(change: (data: T) => T): void;
}

/** What `ask` answers, asked when the view opens. An answer that is no longer waited for is left out. */
export function useAsked<T>(ask: () => Promise<T>): Asked<T> {
  const [state, setState] = useState<{ data: T | null; problem: string }>({ data: null, problem: "" });
  const asks = useRef(ask);
  const round = useRef(0);
  const again = useCallback(() => {
    const mine = ++round.current;
    asks.current().then(
      (data) => mine === round.current && setState({ data, problem: "" }),
      (error: unknown) =>
        mine === round.current && setState(({ data }) => ({ data, problem: whyNot(error) })),
    );
  }, []);
  useEffect(() => {
    again();
    return () => {
      round.current++;
    };
  }, [again]);
  const set = (change: (data: T) => T) =>
    setState(({ data, problem }) => ({ data: data === null ? null : change(data), problem }));
  return { ...state, again, set };
}
