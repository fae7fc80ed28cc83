"""The API's description: what FastAPI cannot know, because the routes read their bodies themselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from inkread import __version__
from inkread.service.drawing_files import DrawingFile
from inkread.service.problems import Problem
from inkread.service.schemas import Correction, Drawing

_REF = "#/components/schemas/{model}"
_BINARY = {"type": "string", "format": "binary"}
_SENT: tuple[type[BaseModel], ...] = (Drawing, DrawingFile, Correction, Problem)

Content = dict[str, Any]

FILE: Content = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {**_BINARY, "description": "A picture; any other name does as well."}},
            "required": ["file"],
        }
    }
}
FILES: Content = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"files": {"type": "array", "items": _BINARY, "minItems": 1}},
            "required": ["files"],
        }
    }
}
DOCUMENT: Content = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {**_BINARY, "description": "A PDF, a TIFF, or any picture as one page."}},
            "required": ["file"],
        }
    },
    "application/pdf": {"schema": _BINARY},
    "image/tiff": {"schema": _BINARY},
    "application/octet-stream": {"schema": _BINARY},
}
RAW: Content = {"image/*": {"schema": _BINARY}, "application/octet-stream": {"schema": _BINARY}}
ANY_FIELD: Content = {
    "application/json": {
        "schema": {
            "type": "object",
            "properties": {"image": {"type": "string", "description": "A data URL, or base64; in any field."}},
            "required": ["image"],
        }
    }
}


def _model(model: type[BaseModel]) -> Content:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}


DRAWING = _model(Drawing)
CORRECTION = _model(Correction)
DRAWING_FILE = {**_model(DrawingFile), "image/svg+xml": {"schema": _BINARY}}


def body(*contents: Content, example: str) -> dict[str, Any]:
    """``openapi_extra`` of a route that takes these contents, and a command that sends one of them."""
    return {
        "requestBody": {"required": True, "content": {kind: c for each in contents for kind, c in each.items()}},
        "x-codeSamples": [{"lang": "Shell", "source": example}],
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of ``app``, the same on every machine."""
    document = get_openapi(
        title="Inkread",
        version=__version__,
        summary="Reads handwritten digits as people really write them.",
        description="Every answer that is no success is a problem of RFC 9457 (`application/problem+json`).",
        routes=app.routes,
    )
    _, sent = models_json_schema([(model, "validation") for model in _SENT], ref_template=_REF)
    document.setdefault("components", {}).setdefault("schemas", {}).update(sent["$defs"])
    document["components"]["schemas"] = dict(sorted(document["components"]["schemas"].items()))
    return document
