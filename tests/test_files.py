import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inkread.errors import RunError
from inkread.files import write_atomically, write_whole


def test_a_new_file_and_its_folders_are_made(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b.txt", b"seven")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"seven"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_an_error_while_writing_keeps_the_last_file_and_leaves_no_part(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    write_atomically(path, b"old")
    with pytest.raises(KeyError), write_whole(path) as part:
        part.write_bytes(b"half")
        raise KeyError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_one_clear_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    write_atomically(path, b"old")
    with (
        pytest.raises(RunError, match=r"b\.txt: expected to write it, got: No space left on device; .* kept"),
        write_whole(path),
    ):
        raise OSError(28, "No space left on device")
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(RunError, match=r"b\.txt: expected to write it"):
        write_atomically(tmp_path / "a" / "b.txt", b"seven")


@pytest.mark.skipif(os.name != "posix", reason="kills a process with SIGKILL")
def test_a_kill_while_writing_keeps_the_last_file(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    write_atomically(path, b"old")
    code = (
        "import os, signal, sys; from pathlib import Path; from inkread.files import write_whole\n"
        "with write_whole(Path(sys.argv[1])) as part:\n"
        "    part.write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
