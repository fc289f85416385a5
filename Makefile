# What people type: make help. Needs Python 3.11 or later and make; nothing else.
.NOTPARALLEL:
.DEFAULT_GOAL := help
SHELL := /bin/sh

STUDIES := zindagi_trust cyber_tumar
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

# nothing of a run lands in the home folder, and nothing there changes a run
export MPLCONFIGDIR := $(CURDIR)/.cache/matplotlib
export IPYTHONDIR := $(CURDIR)/.cache/ipython
# every page is a process of its own: without stored bytecode each compiles all packages again
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup setup-dev data report lab test check ci benchmarks benchmarks-tiny notebooks lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

setup: $(VENV)/.installed ## make the environment in .venv from the lock file

report: setup data ## simulate the two programmes' surveys if need be, and make their reports
	@code=0; for study in $(STUDIES); do $(BIN)/impact-eval run $$study || code=1; done; \
	echo "In a browser: $(foreach study,$(STUDIES),reports/$(study)/latest/index.html)"; exit $$code

lab: setup data ## open JupyterLab on the notebooks
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@cp tools/jupyterlab.json $(VENV)/share/jupyter/lab/settings/overrides.json
	@$(BIN)/jupyter lab notebooks --LabApp.workspaces_dir="$(CURDIR)/.cache/jupyterlab"

test: setup-dev data ## pass every test but those that need a browser or many minutes
	@$(BIN)/impact-eval prepare zindagi_trust
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not browser and not simulation" \
	  --nbval --nbval-current-env --nbval-cell-timeout=120 tests src notebooks

check: setup-dev ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

ci: ## all that must pass before a change is taken, on a bare Debian machine too
	@.ci/run

benchmarks: setup-dev ## hold speed, memory, coverage and false positives to their limits (half an hour)
	@code=0; for file in reading incremental linkage estimators findings simulation; do \
	  echo "benchmarks/$$file.py"; $(BIN)/python benchmarks/$$file.py || code=1; \
	done; exit $$code

benchmarks-tiny: setup-dev ## start every benchmark in its smallest size; no limit is held
	@$(BIN)/python benchmarks/tiny.py

notebooks: setup-dev data ## run the notebooks on the simulated study and keep their outputs
	@$(BIN)/impact-eval prepare zindagi_trust && $(BIN)/python tools/notebooks

lock: ## write the lock files again (needs uv)
	@tools/lock

clean: ## remove what was made; survey files stay
	@rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find data/processed reports -mindepth 1 ! -name .gitkeep -delete

setup-dev: setup $(VENV)/.installed-dev

data: setup
	@for study in $(STUDIES); do \
	  [ -z "$$(ls data/raw/$$study 2>/dev/null)" ] || continue; \
	  echo "Simulating the survey files of $$study."; \
	  $(BIN)/impact-eval simulate $$study >/dev/null || exit 1; \
	done

$(VENV)/.installed: requirements.lock pyproject.toml
	@tools/environment $(VENV)
	@echo "Installing the packages of requirements.lock; this takes about two minutes, once."
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the packages of requirements-dev.lock."
	@$(PIP) install --no-deps --require-hashes --requirement requirements-dev.lock
	@touch $@
