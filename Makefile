# Everything there is to do here; `make` alone lists it. Needs Python 3.11 or newer.
#
#   make run      read the sample pictures with the shipped model
#   make test     set up everything, lint, run all tests
#   make lint     ruff, mypy --strict, import-linter
#   make bench    measure what this project promises; ARGS="--only mnist" for one row
#   make train    train the shipped model; ARGS="--seed 1" for another seed
#   make docs     write docs/cli.md and the model card anew
#   make picture  draw docs/picture.png anew with the shipped model

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# The newest release of PyTorch that the model's export is tested with.
TORCH := torch==2.13.0

# Stamps, so that set-up runs again only where what is installed may have changed.
BASE := .venv/base.stamp
ALL := .venv/all.stamp

.PHONY: help run test lint bench train docs picture

help:
	@sed -n 's/^#   //p' Makefile

run: $(BASE)
	$(BIN)/inkread read samples/*

test: $(ALL) lint
	$(BIN)/pytest

lint: $(ALL)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(ALL)
	$(BIN)/python -m benchmarks.acceptance $(ARGS)

train: $(ALL)
	$(BIN)/inkread train recipes/inkread.toml $(ARGS)

docs: $(ALL)
	$(BIN)/python -m tools.make_cli_docs
	$(BIN)/python -m tools.make_card

picture: $(ALL)
	$(BIN)/python -m tools.make_picture

$(BASE): pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

$(ALL): pyproject.toml Makefile
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(PIP) $(TORCH) --editable '.[bench,dev,figures,heic,train]'
	touch $(BASE) $@
