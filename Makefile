# make run: try the bot, or go online with it.  make test: what CI runs.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps
# The documents that the pack is curated from, where they lie beside the checkout.
DOCUMENTS := $(wildcard ../shared/seeds)

.PHONY: run test test-slow bench bench-matching lock clean

run: .venv/installed
	@$(BIN)/lorebot run

test: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lorebot check $(if $(DOCUMENTS),--documents $(DOCUMENTS) --coverage)
	$(BIN)/pytest -m "not slow" --numprocesses 2 --dist loadfile

test-slow: .venv/installed-for-tests
	$(BIN)/pytest -m slow --timeout 900

bench: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.load

bench-matching: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.matching --date $$(date +%F)

.venv/installed: requirements.lock pyproject.toml
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "Installing into .venv, once …"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

.venv/installed-for-tests: requirements-dev.lock .venv/installed
	@echo "Installing what the tests need, once …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# Needs uv: pins every package with its hashes, without the address of any registry.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml --extra build --extra fast
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra test --extra bench --constraint requirements.lock \
		--output-file requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
