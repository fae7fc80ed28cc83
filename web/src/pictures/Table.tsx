import { percent, verdictOf } from "../answer/words";
import { useSettings } from "../app/settings";
import type { Reading } from "../readers";
import { type Item, openItem } from "./store";

/** What was read in each of several pictures. */
export function Table({ items }: { items: Item[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section aria-label="Readings" tabIndex={0} className="size-full overflow-auto rounded-[inherit]">
      <table className="w-full border-collapse text-left text-sm">
        <thead className="sticky top-0 z-10 bg-sheet text-quiet">
          <tr>
            <th scope="col" className="p-3 font-medium">
              Picture
            </th>
            <th scope="col" className="p-3 font-medium">
              Answer
            </th>
            <th scope="col" className="p-3 font-medium">
              Sure
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={item.id} item={item} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ item }: { item: Item }) {
  const { name, url, problem } = item;
  return (
    <tr className="border-t border-line">
      <th scope="row" className="w-full max-w-0 p-2 font-normal">
        {problem ? (
          <span className="block truncate px-2 text-quiet" title={name}>
            {name}
          </span>
        ) : (
          <button
            type="button"
            className="key w-full justify-start! px-2!"
            title={`Open ${name}`}
            onClick={() => void openItem(item)}
          >
            <img
              src={url}
              alt=""
              loading="lazy"
              decoding="async"
              className="size-9 shrink-0 rounded-md border border-line bg-white object-contain"
            />
            <span className="truncate">{name}</span>
          </button>
        )}
      </th>
      <Answer item={item} />
    </tr>
  );
}

function Answer({ item: { reading, problem } }: { item: Item }) {
  const mode = useSettings((settings) => settings.mode);
  if (problem) {
    return (
      <td colSpan={2} className="min-w-40 p-3 text-quiet">
        {problem}
      </td>
    );
  }
  if (!reading)
    return (
      <td colSpan={2} className="p-3 text-quiet">
        …
      </td>
    );
  return mode === "digit" ? <Digit reading={reading} /> : <Text reading={reading} />;
}

/** All that was read, as many lines as there are. */
function Text({ reading: { text, confidence } }: { reading: Reading }) {
  if (text === "") {
    return (
      <td colSpan={2} className="whitespace-nowrap p-3 text-quiet">
        Nothing to read
      </td>
    );
  }
  return <Cells answer={<span className="whitespace-pre">{text}</span>} sure={percent(confidence)} />;
}

function Digit({ reading }: { reading: Reading }) {
  const verdict = verdictOf(reading);
  switch (verdict.kind) {
    case "nothing":
      return (
        <td colSpan={2} className="whitespace-nowrap p-3 text-quiet">
          Nothing found
        </td>
      );
    case "digit":
      return <Cells answer={<span className="text-3xl">{verdict.text}</span>} sure={percent(verdict.sure)} />;
    case "torn": {
      const { first, second } = verdict;
      return <Cells answer={`${first.label} or ${second.label}?`} sure={percent(first.probability)} />;
    }
    case "no digit":
      return <Cells answer={<i>Not a digit</i>} sure={percent(verdict.sure)} />;
  }
}

function Cells({ answer, sure }: { answer: React.ReactNode; sure: string }) {
  return (
    <>
      <td className="numeral whitespace-nowrap p-3 text-lg">{answer}</td>
      <td className="whitespace-nowrap p-3 tabular-nums">{sure}</td>
    </>
  );
}
