import { AccountKey } from "../account/AccountKey";
import { Icon, type IconName } from "./Icon";
import { ModeSwitch } from "./ModeSwitch";
import { useTheme } from "./theme";
import { open, useView, type View } from "./view";

const VIEWS: { view: View; label: string; icon?: IconName }[] = [
  { view: "draw", label: "Draw" },
  { view: "pictures", label: "Pictures" },
  { view: "beat", label: "Beat the reader", icon: "cup" },
];

export function Header() {
  const current = useView(({ view }) => view);
  return (
    <header className="top">
      <h1 className="font-numeral text-[1.375rem] italic tracking-tight wide:text-[1.625rem]">Inkread</h1>
      <nav aria-label="What to read" className="choice">
        {VIEWS.map(({ view, label, icon }) => (
          <button
            key={view}
            type="button"
            aria-current={view === current ? "page" : undefined}
            title={icon && label}
            onClick={() => open(view)}
          >
            {icon && <Icon name={icon} size={20} />}
            <span className={icon ? "sr-only xl:not-sr-only" : ""}>{label}</span>
          </button>
        ))}
      </nav>
      {(current === "draw" || current === "pictures") && <ModeSwitch />}
      <div className="flex items-center">
        {__WITH_SERVER__ && <AccountKey />}
        <ThemeToggle />
      </div>
    </header>
  );
}

function ThemeToggle() {
  const { theme, toggle } = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="key key-icon -mr-2.5"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={toggle}
    >
      <Icon name={theme === "dark" ? "sun" : "moon"} />
    </button>
  );
}
