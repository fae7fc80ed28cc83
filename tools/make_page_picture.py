"""docs/page.png: the page in light and dark, on a desktop and on a phone: `make picture`.

The built page, served by `inkread serve`, is drawn on in Chromium by web/bench/picture.bench.ts.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks.service import serving
from inkread.files import write_atomically
from inkread.modelfile import shipped_path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Writes the picture."""
    with serving(Path(shipped_path())) as server, tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npx", "playwright", "test", "-c", "bench.config.ts", "-g", "picture"],
            cwd=ROOT / "web",
            env={**os.environ, "BENCH_URL": f"http://127.0.0.1:{server.port}", "BENCH_OUT": folder},
            check=True,
        )
        write_atomically(ROOT / "docs" / "page.png", (Path(folder) / "page.png").read_bytes())


if __name__ == "__main__":
    main()
