"""docs/cli.md from the command line itself: `make docs`. A test fails where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from typer.main import get_command

from inkread.cli import app
from inkread.files import write_atomically

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"


def page() -> str:
    """The page: a section for each command, in the order of `inkread --help`."""
    lines = [
        "# The command line",
        "",
        "Written by `make docs` from the commands themselves; do not edit.",
        "",
    ]
    lines += _section(get_command(app), "inkread")
    lines += ["An error is one line on stderr that says what to do, and exit status 1; misuse exits 2.", ""]
    return "\n".join(lines)


def _section(command: Any, name: str) -> Iterator[str]:
    """Markdown lines of a command and of those below it. Click's classes moved into typer, hence Any."""
    below = getattr(command, "commands", {})
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
    usage = [name, *(["COMMAND"] if below else []), *map(_argument, arguments)]
    usage += [f"{option.opts[0]} {option.name.upper()}" for option in options if option.required]
    usage += ["[OPTIONS]"] if any(not option.required for option in options) else []
    yield from (f"## {name}", "", command.help, "", f"    {' '.join(usage)}", "")
    if command.params:
        yield from ("| | | default |", "|---|---|---|")
        for parameter in (*arguments, *options):
            names = [parameter.name.upper()] if parameter in arguments else _names(parameter)
            shown = " or ".join(f"`{each}`" for each in names)
            yield f"| {shown} | {parameter.help}{_choices(parameter)} | {_default(parameter)} |"
        yield ""
    for each, child in below.items():
        yield from _section(child, f"{name} {each}")


def _argument(argument: Any) -> str:
    text = argument.name.upper() + ("..." if argument.nargs == -1 else "")
    return text if argument.required else f"[{text}]"


def _names(option: Any) -> list[str]:
    value = "" if option.is_flag else f" {option.name.upper()}"
    return [f"{name}{value}" for name in (*option.opts, *option.secondary_opts)]


def _choices(parameter: Any) -> str:
    default = parameter.default
    return f" One of {', '.join(each.value for each in type(default))}." if isinstance(default, Enum) else ""


def _default(parameter: Any) -> str:
    default = parameter.default
    if parameter.required:
        return "required"
    if isinstance(default, Enum):
        return str(default.value)
    if isinstance(default, bool):
        return parameter.opts[0] if default else ""
    return "" if default is None else str(default)


if __name__ == "__main__":
    write_atomically(PAGE, page().encode())
    print(PAGE)
