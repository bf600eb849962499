# Everything a person does with a clone of this project. `make` alone explains itself.
#
# Tools live in a virtual environment of the project. What is installed there is remembered in stamp files, which go stale
# when requirements or pyproject.toml change: so a second run installs nothing and needs no network.

VENV        ?= .venv
PORT        ?= 7233
UI_PORT     ?= 8233
GRAPHS      ?= examples.adder:app examples.digest:app examples.approval:app
CONFORMANCE ?= ../shared/conformance
BUILD       ?= compiled
ARGS        ?=

PY          := $(VENV)/bin/python
RUN_STAMP   := $(VENV)/.installed-run
DEV_STAMP   := $(VENV)/.installed-dev
CONF_STAMP  := $(VENV)/.installed-conformance
COMPILED    := build/compiled
PIP         := $(PY) -m pip install --quiet --disable-pip-version-check

# What an editable installation comes down to, without the build and without the network (5 s of the 30 a demo may take).
SEE_THIS_FOLDER := import os, sysconfig; open(sysconfig.get_path("purelib") + "/this-folder.pth", "w").write(os.getcwd())

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help demo test dev check format proto compiled wheels bench conformance server clean

help: ## this list
	@echo "make demo         the examples on a real Temporal server, step by step (gets the server where there is none)"
	@echo "make test         all tests, with coverage; ARGS='tests/core -k barrier' runs some of them without it"
	@echo "make dev          server with UI and a worker with the examples until Ctrl-C; PORT=$(PORT) UI_PORT=$(UI_PORT)"
	@echo "                  GRAPHS='my.module:app other:app' serves your own"
	@echo "make check        ruff, mypy --strict, import rules, generated protobuf code current"
	@echo "make format       let ruff put the code in order"
	@echo "make proto        generate the protobuf code anew"
	@echo "make compiled     a copy in $(COMPILED) whose hot paths are compiled to C; needs a C compiler and two minutes"
	@echo "make wheels       what is released, in dist: source, a wheel for every machine, a compiled one for machines like this"
	@echo "make bench        its times and memory beside LangGraph, as ratios; ARGS goes to the benchmark"
	@echo "                  BUILD=pure measures the package as it is in this folder"
	@echo "make conformance  LangGraph's own tests against this package; ARGS=core-pure runs one list"
	@echo "make clean        remove the virtual environment and what tools left behind"
	@echo
	@echo "The server: \$$TEMPORAL_CLI, else \`temporal\` on the PATH, else a cached, downloaded or (with Go) built one."
	@echo "Python: the first of \$$PYTHON, python3, python3.13, python3.12, python3.11 that is 3.11 or newer."

demo: $(RUN_STAMP) server
	@$(PY) -m examples.demo $(ARGS)

# With words of your own only what they name is run, and the share of lines that this covers would say nothing.
test: $(DEV_STAMP) server
	@$(PY) -m pytest $(if $(ARGS),$(ARGS),--cov --cov-report=term --durations=10)

dev: $(RUN_STAMP) server
	@$(PY) -m workers --dev --dev-port $(PORT) --dev-ui-port $(UI_PORT) $(GRAPHS) $(ARGS)

check: $(DEV_STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) proto/generate.py --check

format: $(DEV_STAMP)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

proto: $(DEV_STAMP)
	$(PY) proto/generate.py

# A copy, so that what is edited in this folder is what runs in it. What is beside the package is copied each time.
compiled: $(COMPILED)/.compiled
	@cp -r bench examples tests $(COMPILED)/

$(COMPILED)/.compiled: $(DEV_STAMP) pyproject.toml $(shell find temporal_pregel workers -name '*.py')
	@if ! command -v "$${CC:-cc}" >/dev/null; then \
	  echo "No C compiler was found ($${CC:-cc}). \`make bench BUILD=pure\` measures the package without one."; \
	  exit 1; \
	fi
	@echo "Compiling the hot paths to C"
	@rm -rf $(COMPILED)
	@mkdir -p $(COMPILED)
	@cp -r temporal_pregel workers pyproject.toml README.md LICENSE $(COMPILED)/
	@cd $(COMPILED) && HATCH_BUILD_HOOKS_ENABLE=1 $(abspath $(PY)) -m hatchling build -t wheel --hooks-only
	@touch $@

# pip takes the compiled wheel where it fits, and the other one everywhere else.
wheels: $(DEV_STAMP)
	@rm -rf dist
	@$(PY) -m hatchling build -t sdist -t wheel
	@echo "Compiling the hot paths to C"
	@rm -rf build/wheel
	@mkdir -p build/wheel
	@cp -r temporal_pregel workers pyproject.toml README.md LICENSE build/wheel/
	@cd build/wheel && HATCH_BUILD_HOOKS_ENABLE=1 $(abspath $(PY)) -m hatchling build -t wheel -d $(abspath dist)

bench: $(DEV_STAMP) server $(if $(filter pure,$(BUILD)),,compiled)
	@cd $(if $(filter pure,$(BUILD)),.,$(COMPILED)) && $(abspath $(PY)) -m bench $(ARGS)

conformance:
	@if [ ! -e "$(CONFORMANCE)/run" ]; then \
	  echo "There is no $(CONFORMANCE)/run, the program that runs LangGraph's own tests against this package."; \
	  echo "It is kept outside this repository; say where with: make conformance CONFORMANCE=path/to/it"; \
	  exit 1; \
	fi
	@$(MAKE) --no-print-directory $(CONF_STAMP)
	@$(PY) $(CONFORMANCE)/run $(ARGS)

server: $(RUN_STAMP)
	@$(PY) -m temporal_pregel.testing find >/dev/null

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*

$(PY):
	@python=; for each in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if $$each -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$each; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "No Python of version 3.11 or newer (with its venv module) was found; say where one is: make PYTHON=path/to/python"; \
	  exit 1; \
	fi; \
	echo "Making a virtual environment in $(VENV) with $$($$python --version)"; \
	$$python -m venv $(VENV)

$(RUN_STAMP): $(PY) requirements-run.txt
	@echo "Installing what the package needs"
	@$(PIP) --no-deps --requirement requirements-run.txt
	@$(PY) -c '$(SEE_THIS_FOLDER)'
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements-dev.txt pyproject.toml
	@echo "Installing what tests and checks need"
	@$(PIP) --no-deps --requirement requirements-dev.txt --editable .
	@touch $@

$(CONF_STAMP): $(DEV_STAMP) $(CONFORMANCE)/requirements.txt
	@echo "Installing what LangGraph's own tests need"
	@$(PIP) --requirement $(CONFORMANCE)/requirements.txt
	@touch $@
