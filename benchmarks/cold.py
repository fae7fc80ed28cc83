"""A cold process: `python -m benchmarks.cold MODEL` imports inkread, reads one picture, prints what it took.

Run by acceptance.py in a process of its own, because both the time and the memory only mean something there.
"""

from __future__ import annotations

import sys
import time


def main(model: str) -> None:
    start = time.perf_counter()
    import numpy as np

    from inkread.reader import Reader

    picture = np.full((280, 280), 255, np.uint8)
    picture[60:220, 130:150] = 0  # a 1
    Reader.load(model).read(picture)
    print(f"{time.perf_counter() - start} {peak_memory()}")


def peak_memory() -> float:
    """Peak resident memory of this process in MB.

    Linux keeps the peak of the process that started this one in ru_maxrss (its memory counts until exec), so
    there the kernel's own mark of this program is read.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  # pathlib takes 10 ms to import
            return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM"))
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main(sys.argv[1])
