"""`inkread serve` as a process: many clients, stopping, ports, proxies, logs."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from served import Serve, Served

from benchmarks import load

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOUR = (SAMPLES / "4-thin.png").read_bytes()


def test_many_clients_at_once_are_all_answered(served: Served) -> None:
    result = asyncio.run(load.run(served.port, clients=16, requests=300))
    assert len(result["seconds"]) == 300
    assert result["failed"] == 0


def test_concurrent_clients_each_get_the_answer_to_their_own_picture(served: Served) -> None:
    paths = [path for path in sorted(SAMPLES.iterdir()) if path.name[0].isdigit()]

    async def main() -> list[str]:
        async with httpx.AsyncClient(base_url=served.url, timeout=30) as client:
            asked = [client.post("/predict", files={"file": path.read_bytes()}) for path in paths * 6]
            return [response.json()["text"] for response in await asyncio.gather(*asked)]

    assert asyncio.run(main()) == [path.name[0] for path in paths] * 6


def test_stopping_answers_what_was_asked_and_then_nothing_more(serve: Serve) -> None:
    with serve(INKREAD_RATE="") as served:
        answers: list[int] = []

        def ask() -> None:
            files = [("files", (path.name, path.read_bytes())) for path in sorted(SAMPLES.iterdir())] * 12
            response = httpx.post(f"{served.url}/api/v1/batch", files=files, timeout=30)
            answers.append(sum(result["reading"] is not None for result in response.json()["results"]))

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.1)
        log = served.stop()
        asking.join()
        assert answers == [12 * len(list(SAMPLES.iterdir()))]
        assert served.process.returncode in (0, -15)
        assert "Traceback" not in log
        with pytest.raises(httpx.ConnectError):
            httpx.get(served.url)


def test_each_request_is_one_line_of_json_with_its_id(serve: Serve) -> None:
    with serve() as served:
        sent = {"X-Request-ID": "of-this-test"}
        httpx.post(f"{served.url}/predict", files={"file": FOUR}, headers=sent).raise_for_status()
        log = served.stop()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line.get("request_id") == "of-this-test"]
    assert (line["path"], line["status"], line["client"], line["level"]) == ("/predict", 200, "127.0.0.1", "info")
    assert not [line for line in lines if line.get("path") == "/readyz"]


@pytest.mark.parametrize(("trusted", "client"), [("", "127.0.0.1"), ("127.0.0.1", "192.0.2.7")])
def test_who_a_proxy_says_it_asks_for_is_believed_only_where_it_is_trusted(
    serve: Serve, trusted: str, client: str
) -> None:
    with serve(INKREAD_TRUSTED_PROXIES=trusted) as served:
        httpx.get(f"{served.url}/api/v1/models", headers={"X-Forwarded-For": "192.0.2.7"})
        log = served.stop()
    (line,) = [json.loads(line) for line in log.splitlines() if "/api/v1/models" in line]
    assert line["client"] == client


def _serve(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from inkread.cli import main; main()", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=variables or None, check=False)


def test_a_port_in_use_is_one_clear_line(served: Served) -> None:
    done = _serve("--port", str(served.port))
    assert done.returncode == 1
    assert f"127.0.0.1:{served.port}: expected a free port, got one in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_another_machine_is_one_clear_line() -> None:
    done = _serve("--host", "192.0.2.1")
    assert done.returncode == 1
    assert "expected an address of this machine to listen on" in done.stderr


def test_a_refused_setting_and_a_missing_model_are_one_clear_line() -> None:
    refused = _serve(INKREAD_PROT="9000")
    assert (refused.returncode, "INKREAD_PROT in the environment" in refused.stderr) == (1, True)
    missing = _serve("--model", "nowhere.onnx")
    assert (missing.returncode, "nowhere.onnx: expected a model file" in missing.stderr) == (1, True)
    assert "Traceback" not in missing.stderr
