# Everything a newcomer needs: `make demo` and `make test`. The rest is for those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
STAMP := $(VENV)/.ready
TEST_STAMP := $(VENV)/.ready-test
CLIENTS := .venv-clients
CLIENTS_STAMP := $(CLIENTS)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test test-clients check format bench docs build clean

help: ## Show what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

%/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; say make PYTHON=python3.12") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $*

$(STAMP): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable '.[demo]'
	@touch $@

$(TEST_STAMP): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable '.[demo,dev,bench]'
	@touch $(STAMP) $@

demo: $(STAMP) ## Open the desk on three imitated platforms; touches nothing of yours
	@$(BIN)/helpdesk-tui demo

test: $(TEST_STAMP) ## Run the tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

$(CLIENTS_STAMP): $(CLIENTS)/pyvenv.cfg pyproject.toml constraints.txt
	$(CLIENTS)/bin/python -m pip --quiet --disable-pip-version-check install --constraint constraints.txt \
		--editable '.[demo,dev,clients]'
	@touch $@

test-clients: $(CLIENTS_STAMP) ## Let other people's clients read the sandbox
	$(CLIENTS)/bin/python -m pytest -m clients tests/clients

check: $(TEST_STAMP) ## Format, lint, types, contracts, generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

format: $(TEST_STAMP) ## Bring the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(TEST_STAMP) ## Write the generated pages anew
	$(BIN)/python docs/generate.py

bench: $(TEST_STAMP) ## Measure every budget beside its floor
	$(BIN)/python -m benchmarks

build: $(TEST_STAMP) ## Build the sdist, and the wheel from it
	$(BIN)/python -m build --outdir dist

clean: ## Remove what the above made
	rm -rf $(VENV) $(CLIENTS) build dist .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
