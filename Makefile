# make run: try the bot, or go online with it.  make test: what CI runs.
BIN := .venv/bin

# The Python of the environment that is here, if it is new enough; else the first on the path.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell $(BIN)/python -c 'import bot, sys; print(sys._base_executable)' 2>&- \
	|| echo python3)
endif
# Where an environment works, and for which Python; one of another place or Python is made anew.
MADE_FOR := $(CURDIR) $(shell $(PYTHON) -c 'import sys; print(*sys.version_info[:2])' 2>&-)
ifneq ($(MADE_FOR),$(shell cat .venv/installed 2>&-))
NEW_ENVIRONMENT := new-environment
endif
# uv is faster by far; both show how far they are.
ifneq ($(shell command -v uv),)
ENVIRONMENT := uv venv --quiet --seed --python $(PYTHON) .venv
INSTALL := uv pip install --python $(BIN)/python --no-deps
else
ENVIRONMENT := $(PYTHON) -m venv .venv
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-deps
endif
# The documents that the pack is curated from, where they lie beside the checkout.
DOCUMENTS := $(wildcard ../shared/seeds)

PYTEST := $(BIN)/pytest
# Three tests at a time, for two cores, as some wait for real time; each file stays with one worker,
# which shares what it builds.
# Which file comes first is said in tests/rules.py.
QUICK := $(PYTEST) --numprocesses 3 --dist loadfile --no-loadscope-reorder
# Workers and processes that tests start would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run site preview pictures pictures-accept test test-quick test-slow test-slow-together \
	test-slow-alone test-fleet test-random freeze freeze-accept bench bench-matching \
	bench-questions bench-pictures bench-fleet bench-packs mutants lock clean new-environment

run: .venv/installed
	@$(BIN)/lorebot run

# The bot in a browser, without an account: make preview PACK=folder reloads that pack on save.
preview: .venv/installed-for-preview
	@$(BIN)/lorebot preview $(if $(PACK),--pack $(PACK) --watch)

test: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lorebot check $(if $(DOCUMENTS),--documents $(DOCUMENTS) --coverage)
	$(BIN)/lorebot check --pack docs/packs/monkey-king --coverage
	$(QUICK) -m "not slow"

# Writes the pages of the lore: make site DIR=/tmp/site, or without DIR into data/site.
site: .venv/installed
	$(BIN)/lorebot site $(or $(DIR),data/site)

# While you work: no process is started, nothing but loopback is called, and of what
# tries every case there is, nothing.
test-quick: .venv/installed-for-tests
	$(QUICK) -m "not slow and not process and not thorough"

test-slow: test-slow-together test-slow-alone

# The longest of these waits for real time, and leaves room for others beside it.
test-slow-together: .venv/installed-for-tests
	$(PYTEST) -m "slow and not alone" --timeout 900 --numprocesses 3 --dist worksteal

test-slow-alone: .venv/installed-for-tests
	$(PYTEST) -m "slow and alone" --timeout 900

# Several processes on one ledger in PostgreSQL, in full size: most of an hour.
test-fleet: .venv/installed-for-tests
	$(PYTEST) -m fleet --timeout 3600 -rA tests/faults

# Looks for cases that fail, with other draws each time, and twenty times as many.
test-random: .venv/installed-for-tests
	$(QUICK) -m hypothesis --hypothesis-profile random --timeout 3600

# Writes every page and all else that others rely on into a folder that is not there yet, to be
# compared: make freeze DIR=/tmp/now; as it was at a commit: make freeze DIR=/tmp/before AT=HEAD.
freeze: TREE := $(if $(AT),$(shell mktemp -d),.)
freeze: .venv/installed-for-tests
	$(if $(AT),git archive $(AT) | tar -x -C $(TREE))
	cd $(TREE) && $(CURDIR)/$(BIN)/python -m tests.frozen write $(abspath $(DIR))
	$(if $(AT),rm -r $(TREE))

# Takes what the bot does now for what tests/frozen compares with; CHANGELOG.md names the change.
freeze-accept: .venv/installed-for-tests
	$(BIN)/python -m tests.frozen accept

# Photographs what people see, in a browser without a screen: make pictures DIR=/tmp/pictures, or
# without DIR into data/pictures. Those that the documents show are taken from there by
# make pictures-accept.
pictures: .venv/installed-for-tests
	$(BIN)/python -m tests.photographs write $(or $(DIR),data/pictures)

pictures-accept: .venv/installed-for-tests
	$(BIN)/python -m tests.photographs accept $(or $(DIR),data/pictures)

bench: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.load
	$(BIN)/python -m tests.bench.never_asked

bench-matching: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.matching --date $$(date +%F)

bench-questions: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.questions

bench-pictures: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.pictures

# CPU an answer with 1, 2 and 4 processes, and statements: ROUNDS=10 for a small size.
bench-fleet: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.fleet --rounds $(or $(ROUNDS),40)

# Packs of 154, 1,000 and 10,000 entries, or as many as SIZES says.
bench-packs: .venv/installed-for-tests
	$(BIN)/python -m tests.bench.packs $(SIZES)

# Changes what guards people and data in one place at a time, and prints each change that no test
# notices: all areas of tests/mutants/areas.toml, or make mutants AREA=ledger SAMPLE=0 for each
# change to one of them.
mutants: .venv/installed-for-mutants
	nice -n 15 $(BIN)/python -m tests.mutants $(AREA) --sample $(or $(SAMPLE),40)

.venv/installed-for-mutants: .venv/installed-for-tests
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[mutants]' >&2
	@touch $@

.venv/installed: requirements.lock pyproject.toml $(NEW_ENVIRONMENT)
	@echo "Installing into .venv, once …" >&2
	@$(INSTALL) --require-hashes -r requirements.lock >&2
	@$(INSTALL) --no-build-isolation --editable . >&2
	@echo "$(MADE_FOR)" > $@

new-environment:
	@$(PYTHON) -c 'import bot' || \
		{ echo "Name a Python of 3.11 or newer: make run PYTHON=python3.12" >&2; exit 1; }
	@rm -rf .venv
	@$(ENVIRONMENT)

.venv/installed-for-preview: requirements-preview.lock .venv/installed
	@echo "Installing what the preview needs, once …" >&2
	@$(INSTALL) --require-hashes -r requirements-preview.lock >&2
	@touch $@

.venv/installed-for-tests: requirements-dev.lock .venv/installed
	@echo "Installing what the tests need, once …" >&2
	@$(INSTALL) --require-hashes -r requirements-dev.lock >&2
	@touch $@

# Needs uv: pins every package with its hashes, without the address of any registry.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml --extra build --extra fast --extra pictures \
	--extra postgres --extra site
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra test --extra bench --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(LOCK) --extra preview --constraint requirements-dev.lock \
		--output-file requirements-preview.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
