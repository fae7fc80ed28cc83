"""The table of settings in deploy/README.md from the settings themselves: `make docs`."""

from __future__ import annotations

from pathlib import Path

from inkread.files import write_atomically
from inkread.service.settings import PREFIX, Settings

PAGE = Path(__file__).resolve().parents[1] / "deploy" / "README.md"

_BEGIN, _END = "<!-- settings -->\n", "<!-- /settings -->"
_OF_THE_MACHINE = {
    "threads": "cores - 1",
    "database_url": "sqlite:///~/.local/share/inkread/inkread.db",
    "models": "~/.local/share/inkread/models",
}


def page(text: str) -> str:
    """``text`` with the table between its marks made anew."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = ["| variable | default | |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = _OF_THE_MACHINE.get(name) or _shown(field.default)
        lines.append(f"| `{PREFIX}{name.upper()}` | {default and f'`{default}`'} | {field.description} |")
    return before + _BEGIN + "\n".join(lines) + "\n" + _END + after


def _shown(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return "" if default is None else str(default)


if __name__ == "__main__":
    write_atomically(PAGE, page(PAGE.read_text(encoding="utf-8")).encode())
    print(PAGE)
