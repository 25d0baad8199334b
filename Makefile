# The index of tasks, the same here and in CI. On Windows see the README.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: assess test lint types clean

assess: .venv/installed  ## set up, then run the main job on the embedded casebook
	$(BIN)/comity assess RUS CHN

test: .venv/tested  ## set up with what the tests need, then run all of them
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

lint: .venv/tested  ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/tested  ## types
	$(BIN)/mypy

clean:
	rm -rf .venv comity-out

.venv/python:
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Comity needs Python 3.11 or later: make PYTHON=python3.11"'
	$(PYTHON) -m venv .venv
	touch $@

.venv/installed: .venv/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[networks]'
	touch $@

.venv/tested: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[networks]' --group dev
	touch $@
