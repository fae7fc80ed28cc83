"""The API's description is up to date, and the API keeps to it whatever is sent."""

import json
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from inkread.service.app import create_app
from inkread.service.settings import Settings
from tools import make_openapi

EXAMPLES = 100  # by operation, of what the description allows and of what it does not

PATHS = json.loads(make_openapi.document())["paths"]
KEEPING = [(path, method, "positive") for path in PATHS for method in PATHS[path]]
BREAKING = [(path, method, "negative") for path, method, _ in KEEPING if "requestBody" in PATHS[path][method]]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> schemathesis.BaseSchema:
    database = tmp_path_factory.mktemp("schema") / "inkread.db"
    app = create_app(Settings(database_url=f"sqlite:///{database}", rate=""))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_the_description_is_as_generated() -> None:
    kept = Path(make_openapi.DOCUMENT).read_text(encoding="utf-8")
    assert kept == make_openapi.document(), "run `make docs`"


def test_every_operation_says_how_it_fails(client: TestClient) -> None:
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for operation in operations.values():
            problems = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert problems or path in ("/healthz", "/readyz", "/metrics")
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in problems.values())


@pytest.mark.parametrize(("path", "method", "mode"), KEEPING + BREAKING)
def test_whatever_is_sent_is_answered_as_described(
    schema: schemathesis.BaseSchema, path: str, method: str, mode: str
) -> None:
    sent = schema[path][method].as_strategy(generation_mode=schemathesis.GenerationMode(mode))

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=sent)
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=[status_code_conformance, content_type_conformance, response_schema_conformance])

    check()
