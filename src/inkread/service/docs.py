"""The API's description as a page: plain HTML made from the OpenAPI document, without a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from inkread.service.problems import KINDS

STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d8d4cc, #3a3f44); --quiet: light-dark(#5d666e, #a4adb5);
  --sheet: light-dark(#faf8f4, #17191b); --ink: light-dark(#23282d, #e8e4dc); }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 2rem 1.25rem 4rem;
  background: var(--sheet); color: var(--ink); }
a { color: inherit; }
h1 { font-size: 1.9rem; } h2 { margin-top: 3rem; } h3 { margin-bottom: 0.25rem; font-size: 1.05rem; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; }
section { border-top: 1px solid var(--line); padding-top: 0.5rem; margin-top: 1.5rem; }
.quiet { color: var(--quiet); } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; }
tr { border-bottom: 1px solid var(--line); }
""".lstrip()


def page(document: Mapping[str, Any]) -> str:
    """The whole page."""
    info = document["info"]
    operations = [
        (method, path, operation) for path, item in document["paths"].items() for method, operation in item.items()
    ]
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<title>The API – Inkread</title><link rel="stylesheet" href="/docs.css"></head><body><main>',
            f"<h1>{escape(info['title'])}: the API</h1><p>{escape(info['summary'])}</p>",
            f'<p class="quiet">Version {escape(info["version"])} · <a href="/openapi.json">OpenAPI document</a>',
            '· <a href="/">the page</a></p><h2>Requests</h2>',
            *(_operation(*operation) for operation in operations),
            "<h2>JSON</h2>",
            *(_schema(name, schema) for name, schema in document["components"]["schemas"].items()),
            "<h2>Problems</h2><p>Every answer that is no success is a Problem (RFC 9457); its type leads here.</p>",
            _table(("type", "status", ""), ((_anchor(kind.name), kind.status, escape(kind.title)) for kind in KINDS)),
            "</main></body></html>",
        )
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    bodies = operation.get("requestBody", {}).get("content", {})
    answers = {
        status: answer.get("content", {}).get("application/json", {}).get("schema", {})
        for status, answer in operation["responses"].items()
    }
    rows = [("body", f"{escape(kind)} {_type(content['schema'])}") for kind, content in bodies.items()]
    rows += [
        (status, f"{escape(operation['responses'][status]['description'])} {_type(schema) if schema else ''}")
        for status, schema in answers.items()
    ]
    samples = "".join(f"<pre>{escape(sample['source'])}</pre>" for sample in operation.get("x-codeSamples", ()))
    return (
        f"<section><h3><code>{method.upper()} {escape(path)}</code></h3><p>{escape(operation['summary'])}. "
        f"{escape(operation.get('description', ''))}</p>{samples}{_table(('', ''), rows)}</section>"
    )


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    rows = (
        (f"<code>{escape(field)}</code>", _type(value), escape(value.get("description", "")))
        for field, value in schema.get("properties", {}).items()
    )
    said = escape(schema.get("description", ""))
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{said}</p>{_table(("", "", ""), rows)}</section>'


def _type(schema: Mapping[str, Any]) -> str:
    """The type in a word, with links to those described here."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values:
        return " | ".join(f"<code>{escape(repr(value))}</code>" for value in values)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("type") == "object" and "properties" in schema:
        return ", ".join(f"<code>{escape(name)}</code>" for name in schema["properties"])
    return escape({"binary": "file"}.get(schema.get("format", ""), schema.get("type", "anything")))


def _anchor(name: str) -> str:
    return f'<code id="{escape(name)}">{escape(name)}</code>'


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    return f'<div class="wide"><table>{"".join(_lines(heads, rows))}</table></div>'


def _lines(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    if any(heads):
        yield f"<tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
