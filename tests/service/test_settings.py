"""Settings: from variables and `.env`; unknown and unsafe ones are refused, and the message says which."""

from pathlib import Path

import pytest

from inkread.errors import ServiceError
from inkread.service.settings import Settings


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_only_this_machine_is_served() -> None:
    settings = Settings.load()
    assert settings.loopback
    assert (settings.port, settings.trusted_proxies, settings.cors_origins) == (8000, (), ())


def test_options_go_before_variables_and_variables_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("INKREAD_PORT=9001\nINKREAD_UPLOAD_MB=3\nOTHER=1\n")
    assert Settings.load().port == 9001
    monkeypatch.setenv("INKREAD_PORT", "9002")
    assert Settings.load().port == 9002
    settings = Settings.load(port=9003, host=None)
    assert (settings.port, settings.upload_mb, settings.host) == (9003, 3, "127.0.0.1")


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKREAD_CORS_ORIGINS", "https://example.org, http://localhost:5173")
    monkeypatch.setenv("INKREAD_TRUSTED_PROXIES", "10.0.0.0/8,::1")
    settings = Settings.load()
    assert settings.cors_origins == ("https://example.org", "http://localhost:5173")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


def test_the_folder_of_the_data_sets_is_no_unknown_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKREAD_DATA", "/somewhere")
    Settings.load()


@pytest.mark.parametrize("name", ["INKREAD_PROT", "inkread_max_upload", "INKREAD_"])
def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ServiceError, match=rf"{name} in the environment: expected a known setting \(.*INKREAD_PORT"):
        Settings.load()


def test_an_unknown_name_in_the_file_is_refused() -> None:
    Path(".env").write_text("INKREAD_PROT=1\n")
    with pytest.raises(ServiceError, match=r"INKREAD_PROT in \.env: expected a known setting"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "0", "INKREAD_PORT=0: Input should be greater than or equal to 1"),
        ("PORT", "eighty", "INKREAD_PORT=eighty: Input should be a valid integer"),
        ("CORS_ORIGINS", "*", "INKREAD_CORS_ORIGINS=.*'\\*' is unsafe: expected origins"),
        ("CORS_ORIGINS", "http://example.org", "is unsafe: expected origins such as https://example.org"),
        ("CORS_ORIGINS", "https://example.org/path", "is unsafe"),
        ("TRUSTED_PROXIES", "*", "\\* is unsafe, because anyone could write any address"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "is unsafe: anyone could write any address"),
        ("TRUSTED_PROXIES", "proxy", "expected addresses or networks"),
        ("RATE", "many", "expected a rate, e.g. 6000/minute"),
        ("DATABASE_URL", "sqlite:///{package}/service/page/inkread.db", "is unsafe: it lies in the package"),
        ("DATABASE_URL", "sqlite:///{here}", "expected a file, got a folder"),
        ("DATABASE_URL", "mysql://host/name", "expected sqlite:///file or postgresql://user@host/name"),
        ("UPLOAD_MB", "100000", "less than or equal to 500"),
        ("UPLOAD_SECONDS", "nan", "INKREAD_UPLOAD_SECONDS"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_wrong_or_unsafe_value_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, message: str
) -> None:
    package = Path(__file__).resolve().parents[2] / "src" / "inkread"
    monkeypatch.setenv(f"INKREAD_{name}", value.format(package=package, here=tmp_path))
    with pytest.raises(ServiceError, match=message):
        Settings.load()
