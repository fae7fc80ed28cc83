"""A name and a password, sessions and keys: what lets in, what does not, and what ends them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from test_store_readings import SEVEN
from test_store_readings import reading as read

from inkread.errors import Conflict, Denied, Missing, SignedOut
from inkread.storage import Drawn, Store, accounts
from inkread.storage.accounts import Credential, Member, csrf_token
from inkread.storage.tables import ApiKey, Base, Login, User

PASSWORD = "correct horse battery"


def member(store: Store, name: str = "Ada") -> Member:
    return store.member(Credential(store.sign_up(name, PASSWORD)))


def test_who_signs_up_is_signed_in_and_can_sign_in_again_under_any_case(store: Store) -> None:
    ada = member(store)
    again = store.member(Credential(store.sign_in("ＡＤＡ", PASSWORD)))  # full width
    assert (again.id, again.name, again.admin) == (ada.id, "Ada", False)
    assert again.by != ada.by


@pytest.mark.parametrize("name", ["Ada", "ada", "ＡＤＡ"])
def test_a_name_is_taken_in_every_case_and_width(store: Store, name: str) -> None:
    member(store)
    with pytest.raises(Conflict, match="is taken"):
        store.sign_up(name, "another password")


@pytest.mark.parametrize(
    ("name", "password"), [("Ada", "wrong"), ("Ada", ""), ("nobody", PASSWORD), ("' OR 1=1 --", "")]
)
def test_a_wrong_name_and_a_wrong_password_are_told_apart_for_nobody(store: Store, name: str, password: str) -> None:
    member(store)
    with pytest.raises(Denied, match=r"^the name or the password is wrong$"):
        store.sign_in(name, password)


def test_neither_passwords_nor_tokens_nor_keys_are_stored(store: Store) -> None:
    token = store.sign_up("Ada", PASSWORD)
    ada = store.member(Credential(token))
    _, key = store.add_key(ada, "script")
    with store.read() as session:
        stored = " ".join(
            str(value)
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
            for value in row
        )
    assert "argon2id" in stored
    assert not [secret for secret in (PASSWORD, token, key) if secret in stored]


def test_a_session_ends_when_it_is_signed_out_or_ended_from_another(store: Store) -> None:
    first = member(store)
    token = store.sign_in("Ada", PASSWORD, "Firefox")
    second = store.member(Credential(token))
    assert [(login.id, login.agent) for login in store.logins(first)] == [(second.by, "Firefox"), (first.by, "")]
    store.end_login(first, second.by)
    with pytest.raises(SignedOut, match="sign in again"):
        store.member(Credential(token))
    store.sign_out(first)
    assert store.logins(first) == []


def test_a_session_ends_by_itself(store: Store) -> None:
    token = store.sign_up("Ada", PASSWORD)
    with store.write() as session:
        session.execute(update(Login).values(expires=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(SignedOut):
        store.member(Credential(token))
    store.sign_in("Ada", PASSWORD)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 1  # the ended one is swept away


def test_only_so_many_browsers_stay_signed_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MOST_LOGINS", 3)
    tokens = [store.sign_up("Ada", PASSWORD), *(store.sign_in("Ada", PASSWORD) for _ in range(4))]
    ada = store.member(Credential(tokens[-1]))
    assert len(store.logins(ada)) == 3
    with pytest.raises(SignedOut):
        store.member(Credential(tokens[0]))


def test_another_password_ends_all_other_sessions_and_keeps_this_one(store: Store) -> None:
    mine = store.sign_up("Ada", PASSWORD)
    other = store.sign_in("Ada", PASSWORD)
    ada = store.member(Credential(mine))
    with pytest.raises(Denied, match="the password is wrong"):
        store.change_password(ada, "wrong", "a new password")
    store.member(Credential(other))
    store.change_password(ada, PASSWORD, "a new password")
    store.member(Credential(mine))
    with pytest.raises(SignedOut):
        store.member(Credential(other))
    with pytest.raises(Denied):
        store.sign_in("Ada", PASSWORD)
    store.sign_in("Ada", "a new password")


def test_a_key_is_shown_once_and_ends_when_it_is_revoked(store: Store) -> None:
    ada = member(store)
    row, key = store.add_key(ada, "my script")
    assert key.startswith("ink_")
    assert [(found.name, found.hint) for found in store.keys(ada)] == [("my script", key[-4:])]
    by_key = store.member(Credential(key, is_key=True))
    assert (by_key.id, by_key.by) == (ada.id, row.id)
    with pytest.raises(SignedOut):
        store.member(Credential(key))  # a key is no session
    store.revoke_key(ada, row.id)
    with pytest.raises(SignedOut, match="wrong or was revoked"):
        store.member(Credential(key, is_key=True))


def test_one_has_so_many_keys(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MOST_KEYS", 2)
    ada = member(store)
    store.add_key(ada, "1")
    store.add_key(ada, "2")
    with pytest.raises(Conflict, match="at most 2 keys"):
        store.add_key(ada, "3")


def test_nobody_ends_sessions_or_keys_of_others(store: Store) -> None:
    ada, bob = member(store), member(store, "Bob")
    key, _ = store.add_key(ada, "hers")
    with pytest.raises(Missing, match="you have no session of that id"):
        store.end_login(bob, ada.by)
    with pytest.raises(Missing, match="you have no key of that id"):
        store.revoke_key(bob, key.id)
    assert store.logins(ada)
    assert store.keys(ada)


def test_a_deleted_account_leaves_nothing(store: Store) -> None:
    ada, bob = member(store), member(store, "Bob")
    for user in (ada, bob):
        store.add_key(user, "script")
        store.add_correction(Drawn(strokes=[[[0, 0], [9, 9]]]), label="1", source=user.id, user_id=user.id)
    with pytest.raises(Denied):
        store.delete_account(ada, "wrong")
    store.delete_account(ada, PASSWORD)
    with store.read() as session:
        for table in (User, Login, ApiKey):
            assert session.scalar(select(func.count()).select_from(table)) == 1
    assert [left.user_id for left in store.corrections()] == [bob.id]
    with pytest.raises(Denied):
        store.sign_in("Ada", PASSWORD)


def test_a_deleted_account_takes_along_whatever_names_it_and_nothing_else(store: Store) -> None:
    ids = {}
    for name in ("Ada", "Bob"):
        credential = Credential(store.sign_up(name, PASSWORD))
        user = store.member(credential)
        ids[name] = user.id
        reading = store.save(credential, SEVEN, read("7"), "ab" * 32)
        store.share(user, reading)
        store.add_key(user, "script")
        taught = store.add_correction(
            Drawn(strokes=[[[0, 0], [9, len(ids)]]]), label="1", source=user.id, user_id=user.id, reading_id=reading
        )
        store.review(taught.id, "accepted")
    nobodys = store.add_correction(SEVEN, label="7", source="somewhere")

    def rows(owner: str | None) -> dict[str, int]:
        owned = [table for table in Base.metadata.sorted_tables if "user_id" in table.c]
        with store.read() as session:
            return {
                table.name: session.scalar(select(func.count()).where(table.c.user_id == owner)) or 0 for table in owned
            }

    everything = {"logins": 1, "keys": 1, "drawings": 2, "readings": 1, "shares": 1, "corrections": 1}
    assert rows(ids["Ada"]) == everything
    store.delete_account(store.member(Credential(store.sign_in("Ada", PASSWORD))), PASSWORD)
    assert rows(ids["Ada"]) == dict.fromkeys(everything, 0)
    assert rows(ids["Bob"]) == everything
    assert rows(None) == {**dict.fromkeys(everything, 0), "drawings": 1, "corrections": 1}
    assert store.correction(nobodys.id).drawing.strokes
    assert [one.user_id for one in store.corrections(state="accepted")] == [ids["Bob"]]  # hers teaches no more


def test_who_runs_it_names_admins_and_sets_forgotten_passwords(store: Store) -> None:
    token = store.sign_up("Ada", PASSWORD)
    store.set_admin("ADA", True)
    ada = store.member(Credential(token))
    assert ada.admin
    _, key = store.add_key(ada, "script")
    store.reset_password("ada", "a new password")
    for credential in (Credential(token), Credential(key, is_key=True)):
        with pytest.raises(SignedOut):
            store.member(credential)
    store.sign_in("Ada", "a new password")
    assert [(user.name, user.admin) for user in store.users()] == [("Ada", True)]
    with pytest.raises(Missing, match="no account 'Bob'"):
        store.set_admin("Bob", True)
    with pytest.raises(Missing, match="no account 'Bob'"):
        store.reset_password("Bob", PASSWORD)


def test_text_is_text_whatever_it_says(store: Store) -> None:
    for name in ("'; DROP TABLE users; --", "<script>alert(1)</script>", "Ж日本🖊", "%_\\"):
        assert store.member(Credential(store.sign_up(name, PASSWORD))).name == name
        store.sign_in(name, PASSWORD)


def test_a_secret_stays_the_same(store: Store) -> None:
    assert store.secret("a") == store.secret("a") != store.secret("b")
    assert len(store.secret("a")) == 32


def test_the_token_against_forged_requests_is_that_of_one_session() -> None:
    assert csrf_token("a") == csrf_token("a") != csrf_token("b")
