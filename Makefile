# Truy vết: everything a person types. `make help` lists it.
# Each target installs what it needs; STACK chooses where Kafka, Redis and ClickHouse come from.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# auto takes the first that works: docker, local, embedded.
STACK ?= auto
# Where the data of `up` and `serve` is kept. `demo`, `test` and `bench-%` use folders of their own beside
# it, so that they neither meet nor disturb it.
RUN ?= .run
# More words for pytest: make test ARGS="-k redis -x"
ARGS ?=
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The installed programs (truyvet, pytest) are found first, whatever directory a command moves to.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Compiled files are kept: a test run starts hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
IN_STACK := $(BIN)/python -m deploy.stack --stack $(STACK)

.PHONY: help install demo test check up down status serve clean

help: ## this list
	@grep -hE '^[a-z%-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z%-]+):[^#]*## /  make \1\t/' | expand -t 18
	@echo
	@echo "  STACK=auto|docker|local|embedded   where the services run (now: $(STACK))"
	@echo "  RUN=DIR                            where up and serve keep their data (now: $(RUN))"

install: $(READY) ## a virtual environment with the exact versions of requirements.lock

# The second time this is only a look at three dates; after a change pip fetches what differs.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing; install with: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m deploy.stack.install
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: $(READY) ## a stack, the main job from scan to exposure chain, and nothing left running
	@$(IN_STACK) --run "$(RUN)/demo" --fresh run -- truyvet demo

test: $(READY) ## all tests, on the real stack when there is one
	@$(PYTHON) -m deploy.stack.install --tests
	@$(IN_STACK) --run "$(RUN)/test" --fresh run -- python tests/side_by_side.py $(ARGS)

check: $(READY) ## style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

up: $(READY) ## bring a stack up and leave it up
	@$(IN_STACK) --run "$(RUN)" up

down: ## take the stack down; its data stays
	@for run in "$(RUN)" "$(RUN)"/{demo,test,bench}; do \
	  if [ -d "$$run" ]; then $(PYTHON) -m deploy.stack --run "$$run" down || exit 1; fi; \
	done

status: ## how each part of the stack is
	@$(PYTHON) -m deploy.stack --run "$(RUN)" status

serve: $(READY) ## stack, worker and API, until Ctrl-C
	@$(IN_STACK) --run "$(RUN)" run -- truyvet serve

# The peers of benchmarks come on top: most people never need them.
$(VENV)/.bench: $(READY) requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.lock
	@touch $@

bench-%: $(VENV)/.bench ## one benchmark inside a stack: make bench-NAME runs bench/NAME.py
	@$(IN_STACK) --run "$(RUN)/bench" --fresh run -- python bench/$(subst -,_,$*).py $(ARGS)

clean: down ## take down, and remove all data, programs fetched and the virtual environment
	rm -rf .run $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
