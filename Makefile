# `make demo` and `make test` need Python 3.11 to 3.13 and nothing else: the environment is made
# here, with every version locked by constraints.txt.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Tests that run at once: some of them wait, so that three keep two cores busy. 0: one by one.
# A file's tests stay together, for what they share costs seconds to make.
TESTERS ?= 3
READY := $(VENV)/.ready

.PHONY: demo test lint types wheel lock release clean

demo: $(READY)
	$(BIN)/newswell demo

test: $(READY)
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# The image's steps taken in a fresh folder: the built wheel in an empty environment, run from
# another folder.
wheel:
	PYTHON=$(PYTHON) sh deploy/check-wheel.sh

# Writes constraints.txt anew from what the newest allowed versions resolve to.
lock:
	rm -rf $(VENV).lock && $(PYTHON) -m venv $(VENV).lock
	$(VENV).lock/bin/python -m pip install --quiet --upgrade pip
	$(VENV).lock/bin/python -m pip install --quiet -e '.[dev]'
	$(VENV).lock/bin/python -m pip freeze --exclude-editable > constraints.txt
	rm -rf $(VENV).lock

# Sets the version, dates the changelog, builds wheel and sdist into dist/, commits and tags.
release: $(READY)
	$(BIN)/python deploy/release.py $(VERSION)

clean:
	rm -rf $(VENV) dist newswell-demo

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
