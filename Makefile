PYTHON ?= python3
BIN := .venv/bin
DATA ?= data/sets
HOST ?= 127.0.0.1
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench train train-quick demo screenshots

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/.installed ## make .venv with what the service needs

.venv/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv"
	@$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

.venv/.test-installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing what the tests need into .venv"
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[test]'
	@touch .venv/.installed $@

run: setup ## prepare what is missing and serve on http://localhost:8000
	@exec $(BIN)/moderation first-run --serve --host $(HOST) --port $(PORT)

test: .venv/.test-installed ## run everything: style, types, import rules, tests
	@$(BIN)/python tests/install/run_all.py $(ARGS)

lint: .venv/.test-installed ## style, types and import rules alone
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: .venv/.test-installed ## measure; figures on data need DATA=folder
	@$(BIN)/python -m bench $(ARGS) --data $(DATA)

train: ## train the shipped models anew; needs DATA=folder
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[train]'
	@$(BIN)/python -m training --data $(DATA) $(ARGS)

train-quick: ## the same in minutes on a sample, to see that it works
	@$(MAKE) train ARGS="--quick $(ARGS)"

demo: setup ## fill the demo site with lifelike comments, through the running service
	@$(BIN)/moderation demo $(ARGS)

screenshots: .venv/.test-installed ## take the pictures of the documents from a service of its own
	@$(BIN)/python -m docs.screenshots $(ARGS)
