"""web/openapi.json from the service itself: `make docs`. The page's client is generated from it."""

from __future__ import annotations

import json
from pathlib import Path

from inkread.files import write_atomically
from inkread.service.app import create_app
from inkread.service.settings import Settings

DOCUMENT = Path(__file__).resolve().parents[1] / "web" / "openapi.json"


def document() -> str:
    """The API's description with the default settings."""
    return json.dumps(create_app(Settings.load()).openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_atomically(DOCUMENT, document().encode())
    print(DOCUMENT)
