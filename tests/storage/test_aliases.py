"""An alias stands for a model file, and what it stood for before can be had again."""

import pytest

from inkread.errors import Conflict
from inkread.storage import Store

OLD, NEW = "a" * 64, "b" * 64


def test_at_first_the_champion_is_the_shipped_file(store: Store) -> None:
    assert store.alias("champion") is None
    with pytest.raises(Conflict, match="nothing to undo"):
        store.rollback("champion")


def test_the_newest_holds_and_can_be_undone_to_the_shipped_file(store: Store) -> None:
    store.set_alias("champion", OLD, "/models/old.onnx")
    store.set_alias("champion", NEW, "/models/new.onnx")
    store.set_alias("other", NEW, "/models/other.onnx")
    held = store.alias("champion")
    assert held is not None
    assert (held.sha256, held.path) == (NEW, "/models/new.onnx")
    again = store.rollback("champion")
    assert again is not None
    assert again.sha256 == OLD
    assert store.rollback("champion") is None
    assert store.alias("champion") is None
    assert store.alias("other") is not None


def test_its_history_stays(store: Store) -> None:
    for sha256 in (OLD, NEW, OLD):
        store.set_alias("champion", sha256, "/x")
    store.rollback("champion")
    assert [(was.sha256, was.undone) for was in store.aliases("champion")] == [(OLD, True), (NEW, False), (OLD, False)]
