# make demo   the shipped example, from case table to invoices, in ut/halland-2018-11
# make web    the page in the browser, with a ledger and settings in ut/
# make test   ruff, mypy and the tests
# make quick  what a change usually needs, in under a minute
# make oracle the engine against a slow day-by-day reading of the law, on random cases
# make crash  the ledger under SIGKILL, 500 times in SQLite and 500 in PostgreSQL, and the server itself
# make fuzz   changed inputs of every kind, with a fresh seed: N=100000 SEED=1
# make fuzz-guided  the readers by coverage, SECONDS=60 each (needs Linux)
# make bench  timings beside their floors and peers, kept in docs/prestanda.md
# make nightly oracle, fuzz and crash with a fresh seed, their figures into docs/sakerhet.md: CASES=200000 N=100000 ROUNDS=500
# make lock   the newest releases, written to constraints.txt

VENV := .venv
BIN := $(VENV)/bin
EXAMPLE := data/exempel
OUT := ut/halland-2018-11
# The first interpreter that answers and is a supported version (a pyenv shim may exist and not answer).
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)

.PHONY: demo web test quick oracle crash fuzz fuzz-guided nightly bench lock
.DELETE_ON_ERROR:

demo: $(VENV)/.runs
	@mkdir -p $(dir $(OUT))
	$(BIN)/betalningsansvar check $(EXAMPLE)/halland-2018-11-12.csv
	$(BIN)/betalningsansvar bill $(EXAMPLE)/halland-2018-11-12.csv --month 2018-11 --agreement halland \
		--avsandare $(EXAMPLE)/avsandare.toml --kunder $(EXAMPLE)/kunder.toml --force --out $(OUT)
	@echo 'Nästa: $(BIN)/betalningsansvar explain $(EXAMPLE)/halland-2018-11-12.csv --case H18-0053 --agreement halland'

web: $(VENV)/.web
	@mkdir -p ut
	$(BIN)/betalningsansvar web --ledger sqlite:///ut/faktura.db --installningar ut/installningar

test: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

quick: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 -q -m 'not slow'

oracle: $(VENV)/.tests
	$(BIN)/python -m tests.oracle_run --cases 200000 --seed 1

crash: $(VENV)/.tests
	$(BIN)/python -m tests.crash.kill --rounds $(or $(ROUNDS),500) --side-by-side 2

fuzz: $(VENV)/.tests
	$(BIN)/python -m tests.fuzz.run --inputs $(or $(N),10000) $(if $(SEED),--seed $(SEED))

fuzz-guided: $(VENV)/.tests
	$(BIN)/python -m pip install --quiet atheris
	for reader in csv toml mottaget befolkning blad text; do \
		$(BIN)/python -m tests.fuzz.guided $$reader $(or $(SECONDS),60) || exit 1; done

nightly: $(VENV)/.tests
	seed=$$($(BIN)/python -c 'import secrets; print(secrets.randbelow(1 << 31))'); echo "seed $$seed"; \
	$(BIN)/python -m tests.oracle_run --cases $(or $(CASES),200000) --seed $$seed --figures && \
	$(BIN)/python -m tests.fuzz.run --inputs $(or $(N),100000) --seed $$seed --figures && \
	$(BIN)/python -m tests.crash.kill --rounds $(or $(ROUNDS),500) --side-by-side 2 --seed $$seed --figures

bench: $(VENV)/.tests
	$(BIN)/python -m benchmarks

lock:
	rm -rf $(VENV)/lock
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet '.[dev,loadtest]'
	( sed -n '/^#/p; /sys_platform/p' constraints.txt; \
	  $(VENV)/lock/bin/python -m pip freeze --exclude betalningsansvar ) > $(VENV)/lock/constraints.txt
	mv $(VENV)/lock/constraints.txt constraints.txt
	rm -rf $(VENV)/lock

$(VENV)/bin/python:
	@test -n '$(PYTHON)' || { echo 'No Python 3.11, 3.12 or 3.13 was found. Install one, or say where: make PYTHON=/path/to/python3.12 ...'; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.web: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[web,pdf,skydd]'
	touch $@ $(VENV)/.runs

$(VENV)/.tests: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	mkdir -p $(VENV)/typed && ln -sfn ../.. $(VENV)/typed/betalningsansvar
	touch $@ $(VENV)/.runs
