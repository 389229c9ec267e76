# What a person types, and what the checking machine types.
#   make run                                     the demo city on http://127.0.0.1:8000
#   make run DATABASE_URL=postgresql+psycopg://… the same on PostgreSQL
#   make test                                    everything that must hold

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run build browser check test fmt bench demo-million evidence-check journey chaos-phone chaos-2g \
	load-phones pictures clean

VENV := .venv
PY := $(VENV)/bin/python
# A version of Python that will do; PYTHON=… names another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# uv, where there is one, installs ten times quicker.
PIP := $(shell if command -v uv >/dev/null 2>&1; then echo uv pip install --quiet --python $(PY); \
	else echo $(PY) -m pip install --quiet --disable-pip-version-check; fi)
FRONT_END := $(shell find frontend -name node_modules -prune -o -type f -print)
POSTGRES := $(if $(findstring postgresql,$(DATABASE_URL)),$(VENV)/installed-postgres)

help: ## These lines
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/make \1\t\2/' | expand -t 20

# --- what is installed and built, each step only when something it reads has changed ---

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Install it, or run: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml hatch_build.py | $(PY)
	@echo "Installing what the application needs and building the front end (a minute or two, once)"
	@$(PIP) -e .
	@touch $@

$(VENV)/installed-postgres: pyproject.toml | $(VENV)/installed
	@echo "Installing the PostgreSQL driver"
	@$(PIP) -e '.[postgres]'
	@touch $@

$(VENV)/installed-dev: pyproject.toml hatch_build.py | $(PY)
	@echo "Installing what the tests need and building the front end (a minute or two, once)"
	@$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-bench: pyproject.toml | $(VENV)/installed-dev
	@echo "Installing what figures are measured against"
	@$(PIP) -e '.[bench]'
	@touch $@

app/static/manifest.json: $(FRONT_END) | $(VENV)/installed
	@echo "Building the front end"
	@$(PIP) --no-deps -e .

build: $(VENV)/installed app/static/manifest.json ## Install, and build the front end where it is older than its sources

# --- for people who use it ---

run: build $(POSTGRES) ## The demo city with its worker; DATABASE_URL=… for PostgreSQL, PORT=… for another port
	@XIAOHAO_DEMO=$${XIAOHAO_DEMO:-1} $(PY) -m flask --app wsgi run-city

demo-million: build $(POSTGRES) ## A million problems into the demo city: 2 minutes, 2 GB; then make run
	@XIAOHAO_DEMO=$${XIAOHAO_DEMO:-1} $(PY) -m bench.demo_million

# --- for people who change it ---

fmt: $(VENV)/installed-dev ## Put the Python code in order
	@$(PY) -m ruff check --quiet --fix . || true
	@$(PY) -m ruff format .

check: $(VENV)/installed-dev app/static/manifest.json ## Style, types, arrows, and documents drawn from code
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m pytest --quiet --no-header tests/house

browser: $(VENV)/installed-dev ## Find a Chromium, or fetch one where that is allowed
	@$(PY) tests/browser/find_browser.py --install || test -z "$$CI"

test: check browser ## Everything: the checks, then the suite on both databases and in a browser
	@$(PY) -m pytest --numprocesses 2 --dist worksteal --durations 10 --ignore tests/house

bench: $(VENV)/installed-bench browser app/static/manifest.json ## Figures as JSON lines; ONLY="name name" for some
	@$(PY) -m bench $(ONLY)

evidence-check: $(VENV)/installed-dev ## What the checks of evidence find, and whom they suspect wrongly
	@$(PY) -m bench.evidence_check

journey: $(VENV)/installed-dev app/static/manifest.json ## 200 problems by HTTP from first photo to signed ledger
	@$(PY) -m tests.journey

chaos-phone: $(VENV)/installed-dev browser app/static/manifest.json ## A browser reports while line, pages and server fail; PROBLEMS=… PHOTOS=…
	@$(PY) -m tests.chaos.chaos_phone $(if $(PROBLEMS),--problems $(PROBLEMS)) $(if $(PHOTOS),--photos $(PHOTOS))

chaos-2g: $(VENV)/installed-dev app/static/manifest.json ## 500 photos over 50 kbit/s that loses answers; PHOTOS=… PHONES=…
	@$(PY) -m tests.chaos.two_g $(if $(PHOTOS),--photos $(PHOTOS)) $(if $(PHONES),--phones $(PHONES))

load-phones: $(VENV)/installed-dev app/static/manifest.json ## 200 phones send while offices page lists; MINUTES=… PHONES=…
	@$(PY) -m tests.chaos.load_phones $(if $(MINUTES),--minutes $(MINUTES)) $(if $(PHONES),--phones $(PHONES))

pictures: $(VENV)/installed-dev app/static/manifest.json ## The guides' pictures, taken anew; ONLY="name name" for some
	@$(PY) -m docs.take_pictures $(ONLY)

clean: ## Remove what can be made again; instance/ with its data stays
	@rm -rf $(VENV) frontend/node_modules app/static/assets app/static/manifest.json build dist \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find app sheets migrations tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
