# Everything there is to do here; `make` alone lists it. Needs Python 3.11 or newer, and Node 20 or newer for the page.
#
#   make run      set up, build the page, serve it with the shipped model and open it; ARGS="--port 9000"
#   make test     set up everything, lint, run all tests: Python, TypeScript, and the page in a real Chromium
#   make lint     ruff, mypy --strict, import-linter, tsc, biome
#   make bench    measure what this project promises; ARGS="--only mnist" for one row
#   make train    train the shipped model; ARGS="--seed 1" for another seed
#   make static   the page without a server, for any static host, in web/dist-static/
#   make docs     write docs/cli.md, the model card, the API's description and the golden answers anew
#   make picture  draw docs/picture.png and docs/page.png anew with the shipped model

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# The newest release of PyTorch that the model's export is tested with.
TORCH := torch==2.13.0

# Stamps, so that set-up runs again only where what is installed may have changed.
BASE := .venv/base.stamp
ALL := .venv/all.stamp
NODE := web/node_modules/.stamp
PAGE := src/inkread/service/page/index.html
PAGE_SOURCES := $(shell find web/src web/public web/vite -type f 2>/dev/null) $(wildcard web/*.ts web/*.json web/*.html) \
	$(wildcard src/inkread/models/*.onnx)

.PHONY: help run test lint bench train static docs picture chromium postgres

help:
	@sed -n 's/^#   //p' Makefile

run: $(BASE) $(PAGE)
	$(BIN)/inkread serve --open $(ARGS)

# the server's tests, which wait much, beside all others, which compute with one thread
test: $(ALL) $(PAGE) chromium postgres lint
	$(BIN)/pytest tests/service tests/storage & served=$$!; \
	OMP_NUM_THREADS=1 $(BIN)/pytest --ignore tests/service --ignore tests/storage; rest=$$?; \
	wait $$served && exit $$rest
	cd web && npm run --silent test
	cd web && npm run --silent build:static
	cd web && INKREAD_BIN=$(abspath $(BIN))/inkread npm run --silent e2e

lint: $(ALL) $(NODE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd web && npm run --silent lint && npm run --silent api:check

bench: $(ALL) $(PAGE) chromium
	$(BIN)/python -m benchmarks.acceptance $(ARGS)

train: $(ALL)
	$(BIN)/inkread train recipes/inkread.toml $(ARGS)

static: $(NODE)
	cd web && npm run --silent build:static

docs: $(ALL) $(NODE)
	$(BIN)/python -m tools.make_cli_docs
	$(BIN)/python -m tools.make_card
	$(BIN)/python -m tools.make_openapi
	$(BIN)/python -m tools.make_settings
	$(BIN)/python -m tools.make_golden
	$(BIN)/python -m tools.make_layout
	cd web && npm run --silent api

picture: $(ALL) $(PAGE) chromium
	$(BIN)/python -m tools.make_picture
	$(BIN)/python -m tools.make_page_picture

$(BASE): pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(PIP) --editable '.[app]'
	touch $@

$(ALL): pyproject.toml Makefile
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(PIP) $(TORCH) --editable '.[app,bench,dev,figures,heic,postgres,train]'
	touch $(BASE) $@

$(NODE): web/package-lock.json
	@command -v npm >/dev/null || { echo "Building the page needs Node 20 or newer with npm; install it and run make again." >&2; exit 1; }
	@# not npm ci: it wants the optional packages of every platform in the lock file, which holds Linux's
	cd web && npm install --no-save --silent --no-audit --no-fund
	touch $@

$(PAGE): $(NODE) $(PAGE_SOURCES)
	cd web && npm run --silent build
	touch $@

# The page is tested in Debian's Chromium, most of it in its headless shell, which takes a third of the CPU time, where
# there is one; another browser is used where CHROMIUM_PATH names it.
chromium:
	@{ test -x "$${CHROMIUM_PATH:-/usr/bin/chromium}" && test -x "$${CHROMIUM_PATH:-/usr/bin/chromium-headless-shell}"; } \
	|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq \
	&& apt-get install -qq -y chromium chromium-headless-shell >/dev/null; } \
	|| test -x "$${CHROMIUM_PATH:-/usr/bin/chromium}" \
	|| { echo "The page's tests need Chromium: install Debian's package chromium, or name another by CHROMIUM_PATH." >&2; exit 1; }

# The store is tested on a PostgreSQL of its own as well, which the tests start and end; elsewhere they say why not.
postgres:
	@test -n "$$INKREAD_TEST_POSTGRES" || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -qq -y postgresql >/dev/null; } \
	|| echo "No PostgreSQL, so that its tests are skipped: install Debian's package postgresql, or name a server by INKREAD_TEST_POSTGRES." >&2
