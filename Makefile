# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
COACH_HOME ?= $(CURDIR)/data
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
export COACH_HOME

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev machine test everyday lint format notebooks front-ends bench sample environment lock messages clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set everything up, load the sample organisation once, serve it on this computer
	@$(BIN)/coach demo

setup: $(VENV)/.ready ## Make the virtual environment with what the product needs

$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

setup-dev: $(VENV)/.ready-dev ## The same with what tests and linters need

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@$(PIP) -r requirements-dev.lock
	@touch $@

machine: ## Browser, fonts and PostgreSQL for the tests (installs them as root, else says what is missing)
	@bash .ci/machine

test: setup-dev machine ## Set everything up and run all tests
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

everyday: setup-dev machine ## All tests but the long tours, for while you work
	@$(BIN)/python -m pytest -m "not front_ends and not tours" $(PYTEST_ARGS)

lint: setup-dev ## Style, types, import rules, notebooks without outputs, environment.yml
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports
	@$(BIN)/nbstripout --verify notebooks/*.ipynb voila_apps/*.ipynb
	@$(BIN)/python .ci/environment.py --check

format: setup-dev ## Format and mend what can be mended
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix --quiet .
	@$(BIN)/nbstripout notebooks/*.ipynb voila_apps/*.ipynb

notebooks: setup-dev ## Run the tutorials
	@$(BIN)/python -m pytest --nbval-lax notebooks

front-ends: setup-dev machine ## The gallery of widgets in plain Voila and in JupyterLab
	@$(BIN)/python -m pytest -m front_ends tests/notebooks

bench: setup-dev machine ## Our role-play page beside the same app in five other frameworks (ROUNDS=7, BENCH_ARGS=…)
	@$(BIN)/python tests/benchmarks $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH_ARGS)

sample: setup ## Generate the sample organisation anew (same seed, same bytes)
	@$(BIN)/python -m toolkit.sample

environment: setup ## Write environment.yml from pyproject.toml
	@$(BIN)/python .ci/environment.py

lock: ## Resolve the dependencies anew and write both lock files
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/python -m pip install --quiet uv
	@$(VENV)-lock/bin/uv pip compile pyproject.toml --extra build --upgrade $(LOCK_ARGS) -o requirements.lock
	@$(VENV)-lock/bin/uv pip compile pyproject.toml --all-extras -c requirements.lock $(LOCK_ARGS) -o requirements-dev.lock
LOCK_ARGS := --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11

messages: setup ## Collect new sentences into the Chinese catalogue
	@$(BIN)/python .ci/messages.py

clean: ## Remove the virtual environment; data are kept
	@rm -rf $(VENV) $(VENV)-lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
