# Two commands do all the set-up on a machine with Python 3.11: make serve, make test.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := serve
.DELETE_ON_ERROR:

PYTHON ?= python3.11
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt
DATA := data
WEB := assistant/web
STATIC := assistant/static/index.html
WEB_FILES := $(shell find $(WEB) -path $(WEB)/node_modules -prune -o -type f -print)
SAMPLES := $(filter-out %.md,$(wildcard indexer/samples/*))

.PHONY: serve test eval clean

# The web page and the API over the sample library; a second run starts at once.
serve: $(DATA)/.indexed $(STATIC)
	exec $(BIN)/nianbao serve --data $(DATA) --host $(HOST) --port $(PORT)

# Everything a reviewer would run.  What it skips is said at the end of pytest's output; with
# CI=true nothing is skipped for want of a program.
test: $(VENV)/.testing $(STATIC)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# The whole evaluation: answers, baselines, speed, and their report in eval/runs.
eval: $(VENV)/.testing
	$(BIN)/nianbao eval all

clean:
	rm -rf $(VENV) $(DATA)/.indexed assistant/static $(WEB)/node_modules

# The pages with scripts, where Node is there.  Without it, or without a way to the npm registry, the
# pages that need no script are served; with CI=true the tests insist on what is built.
$(STATIC): $(WEB_FILES)
	if ! command -v npm >/dev/null; then \
	  echo 'npm is missing: serving the pages that need no script' >&2; \
	elif ! (cd $(WEB) && npm ci --silent && npm run build --silent); then \
	  echo 'the pages could not be built: serving those that need no script' >&2; \
	fi

# torch goes first and alone: it is held in constraints.txt, so that no other build is pulled in.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) torch==2.13.0
	$(PIP) --editable .
	$(BIN)/python -m compileall -q assistant indexer eval
	touch $@

$(VENV)/.testing: $(VENV)/.installed
	$(PIP) --editable '.[test]'
	touch $@

$(DATA)/.indexed: $(SAMPLES) | $(VENV)/.installed
	$(BIN)/nianbao index $(SAMPLES) --data $(DATA)
	touch $@
