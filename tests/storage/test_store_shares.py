"""A link shows one reading to whoever has it, until it is revoked or expires."""

from datetime import UTC, datetime, timedelta

import pytest
from test_store_readings import SEVEN, drawing, reading, signed_up

from inkread.errors import Conflict, Missing, Revoked
from inkread.storage import Store, shares


def test_a_link_shows_the_reading_and_its_drawing_without_an_account(store: Store) -> None:
    credential, ada = signed_up(store)
    share = store.share(ada, store.save(credential, SEVEN, reading(), ""))
    shown = store.shared(share.token)
    assert (shown.text, shown.drawing.thumbnail) == ("7", b"t7")
    assert len(share.token) == 32


def test_a_revoked_link_shows_nothing_and_stays_revoked(store: Store) -> None:
    credential, ada = signed_up(store)
    share = store.share(ada, store.save(credential, SEVEN, reading(), ""))
    store.revoke_share(ada, share.id)
    when = store.shares(ada)[0].revoked
    store.revoke_share(ada, share.id)
    assert store.shares(ada)[0].revoked == when is not None
    with pytest.raises(Revoked, match="was revoked"):
        store.shared(share.token)


def test_a_link_expires(store: Store) -> None:
    credential, ada = signed_up(store)
    id = store.save(credential, SEVEN, reading(), "")
    past, future = (store.share(ada, id, datetime.now(UTC) + timedelta(days=days)) for days in (-1, 1))
    with pytest.raises(Revoked, match="has expired"):
        store.shared(past.token)
    assert store.shared(future.token).id == id


@pytest.mark.parametrize("token", ["", "x" * 32, "%", "' OR 1=1 --"])
def test_a_guessed_link_leads_nowhere(store: Store, token: str) -> None:
    credential, ada = signed_up(store)
    store.share(ada, store.save(credential, SEVEN, reading(), ""))
    with pytest.raises(Missing, match="leads nowhere"):
        store.shared(token)


def test_nobody_shares_or_revokes_what_is_somebody_elses(store: Store) -> None:
    credential, ada = signed_up(store)
    _, bob = signed_up(store, "Bob")
    id = store.save(credential, SEVEN, reading(), "")
    share = store.share(ada, id)
    with pytest.raises(Missing):
        store.share(bob, id)
    with pytest.raises(Missing):
        store.revoke_share(bob, share.id)
    assert store.shares(bob) == []
    store.shared(share.token)


def test_links_go_with_the_reading_and_with_the_account(store: Store) -> None:
    credential, ada = signed_up(store)
    first, second = (store.share(ada, store.save(credential, drawing(i), reading(), "")) for i in range(2))
    store.delete_readings(ada, [first.reading_id])
    with pytest.raises(Missing):
        store.shared(first.token)
    store.delete_account(ada, "correct horse battery")
    with pytest.raises(Missing):
        store.shared(second.token)


def test_a_reading_has_so_many_links(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MOST_SHARES", 1)
    credential, ada = signed_up(store)
    id = store.save(credential, SEVEN, reading(), "")
    first = store.share(ada, id)
    with pytest.raises(Conflict, match="at most 1 links"):
        store.share(ada, id)
    store.revoke_share(ada, first.id)
    store.share(ada, id)
    assert [share.revoked is None for share in store.shares(ada)] == [True, False]
    assert store.shares(ada, before=store.shares(ada)[0].id)[0].id == first.id
