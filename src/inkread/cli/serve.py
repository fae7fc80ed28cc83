"""`inkread serve`: the page and the API."""

from __future__ import annotations

import errno
import socket
import threading
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkread.errors import InkreadError, ServiceError

if TYPE_CHECKING:
    from inkread.service.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 if left out.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Port to listen on; 8000 if left out.")] = None,
    model: Annotated[Path | None, typer.Option(help="Model file (.onnx) instead of the shipped one.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Serve the page and the API; INKREAD_ variables and a file .env set what has no option here."""
    try:
        import uvicorn

        from inkread.service.app import create_app, load_page_reader, load_reader
        from inkread.service.protocol import Connection
        from inkread.service.routes.page import FOLDER, HOW_TO_BUILD
        from inkread.service.settings import Settings
        from inkread.service.telemetry import configure_logging
    except ImportError as error:
        raise InkreadError(f"expected the service's packages, got: {error}; pip install 'inkread[app]'") from error

    settings = Settings.load(host=host, port=port, model=model)
    configure_logging(settings.log_level, settings.log_format)
    reader, page_reader = load_reader(settings), load_page_reader(settings)
    listener = _listen(settings)
    address = _address(settings)
    if not (FOLDER / "index.html").is_file():
        typer.secho(f"The page is not built: {HOW_TO_BUILD}.", fg="yellow", err=True)
    typer.echo(f"Inkread listens on {address}", err=True)
    if open_page:
        threading.Thread(target=_open_when_ready, args=(address,), daemon=True).start()
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, reader=reader, page_reader=page_reader),
            loop="auto",  # uvloop where there is one
            http=Connection,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=settings.stop_seconds,
        )
    )
    with listener:
        server.run(sockets=[listener])
    if not server.started:
        raise ServiceError("the service could not start; the log above says why")


def _listen(settings: Settings) -> socket.socket:
    """A listening socket; ServiceError where the address cannot be had."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServiceError(
                f"{settings.host}:{settings.port}: expected a free port, got one in use; stop what listens there, "
                f"or try --port {settings.port % 65_535 + 1}"
            ) from None
        raise ServiceError(
            f"{settings.host}:{settings.port}: expected an address of this machine to listen on, "
            f"got: {error.strerror or error}; try --host 127.0.0.1 and a port above 1023"
        ) from None


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _open_when_ready(address: str) -> None:
    """Open the browser once something answers there; give up after 30 s."""
    from urllib.error import URLError
    from urllib.request import urlopen

    for _ in range(300):
        try:
            urlopen(f"{address}/readyz", timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            webbrowser.open(address)
            return
