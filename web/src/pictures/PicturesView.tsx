import { useEffect } from "react";
import { Details } from "../answer/Details";
import { download } from "../answer/spreadsheet";
import { Verdict } from "../answer/Verdict";
import { Icon } from "../app/Icon";
import { wordsOf } from "../app/modes";
import { useSettings } from "../app/settings";
import { SavePicture } from "../history/SaveKey";
import { PageAnswer, PictureBoxes } from "../page/lazy";
import { chooseAt } from "../page/marks";
import { Choose } from "./Choose";
import { CropBox } from "./CropBox";
import { isWhole, whole } from "./crop";
import { tableOf } from "./csv";
import { closeItem, crop, forgetAll, type Item, readAgain, usePictures } from "./store";
import { Table } from "./Table";

/** Pictures instead of a drawing: none yet, one with a box to crop it, or a table of several. */
export default function PicturesView() {
  const { items, opened } = usePictures();
  const mode = useSettings((settings) => settings.mode);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another mode reads anew
  useEffect(() => {
    readAgain();
    return forgetAll;
  }, [mode]);
  const item = items.find(({ id }) => id === opened?.id);
  const empty = items.length > 1 && !item ? progress(items) : "No picture yet";
  return (
    <main className={`desk ${mode === "digit" ? "" : "paged"}`}>
      <section
        aria-label="Pictures"
        className="flex min-w-0 flex-col gap-2.5 wide:gap-3"
        style={{ gridArea: "work" }}
      >
        <div className={`sheet grid place-items-center ${opened ? "p-5" : "overflow-hidden"}`}>
          {opened && item ? (
            <CropBox
              url={item.url}
              name={item.name}
              picture={opened.picture}
              box={opened.box}
              onChange={crop}
              onTap={chooseAt}
            >
              {mode !== "digit" && (
                <PictureBoxes width={opened.picture.width} height={opened.picture.height} />
              )}
            </CropBox>
          ) : items.length > 0 ? (
            <Table items={items} />
          ) : (
            <Invitation />
          )}
        </div>
        <div className="flex min-h-11 flex-wrap items-center gap-2">
          {items.length > 0 && <Choose />}
          {opened && !isWhole(opened.box, opened.picture) && (
            <button type="button" className="key" onClick={() => crop(whole(opened.picture))}>
              Whole picture
            </button>
          )}
          {opened && isWhole(opened.box, opened.picture) && (
            <p className="min-w-32 flex-1 text-sm text-quiet">
              Drag a box around {mode === "digit" ? "one digit to crop" : "what is to be read"}.
            </p>
          )}
          {opened && items.length > 1 && (
            <button type="button" className="key" onClick={closeItem}>
              <Icon name="back" size={20} /> All {items.length}
            </button>
          )}
          {__WITH_SERVER__ && opened && (
            <div className="ml-auto">
              <SavePicture />
            </div>
          )}
          {!opened && items.length > 1 && (
            <button
              type="button"
              className="key"
              onClick={() => download("readings.csv", tableOf(items, mode))}
            >
              <Icon name="download" size={20} /> CSV
            </button>
          )}
        </div>
      </section>
      {mode === "digit" ? <Verdict empty={empty} /> : <PageAnswer empty={empty} />}
      <Details />
    </main>
  );
}

function Invitation() {
  const mode = useSettings((settings) => settings.mode);
  return (
    <div className="flex flex-col items-center gap-6 p-6 text-center">
      <p className="font-numeral text-xl italic text-quiet wide:text-2xl">
        Drop or paste {wordsOf(mode).show},
        <br />
        or bring them here
      </p>
      <Choose />
    </div>
  );
}

function progress(items: Item[]): string {
  const read = items.filter(({ reading }) => reading).length;
  const left = items.some(({ reading, problem }) => !reading && !problem);
  return left ? `Reading ${read + 1} of ${items.length}` : `${read} of ${items.length} read`;
}
