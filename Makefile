.DEFAULT_GOAL := help
.PHONY: help install run soak test suite test-wagtail-api mutants lint lock messages bench bench-search bench-privacy bench-localize bench-admin po bundle dist clean

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export DJANGO_SETTINGS_MODULE ?= kis_wagtail.settings.dev

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

install: $(VENV)/.installed ## make .venv with all that work on the code needs

# The first line of a recipe makes .venv, the second installs: what runs the site, or all of it.
# Versions are those of the lock file.
ifneq ($(shell command -v uv),)
MAKE_VENV = [ -x $(PY) ] || uv venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
INSTALL_SITE = uv pip install --quiet --python $(PY) -c requirements.lock -r pyproject.toml --extra site
INSTALL_ALL = uv pip install --quiet --python $(PY) -r requirements.lock
else
MAKE_VENV = [ -x $(PY) ] && $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
PIP = $(PY) -m pip install -qq --disable-pip-version-check --no-compile
SITE_NEEDS = import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
    print(*project["dependencies"], *project["optional-dependencies"]["site"], sep="\n")
INSTALL_SITE = $(PY) -c '$(SITE_NEEDS)' | $(PIP) -c requirements.lock -r /dev/stdin
INSTALL_ALL = $(PIP) -r requirements.lock
endif

$(VENV)/.site: requirements.lock pyproject.toml
	@$(MAKE_VENV)
	@$(INSTALL_SITE)
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(MAKE_VENV)
	@$(INSTALL_ALL)
	@touch $(VENV)/.site $@

run: $(VENV)/.site ## load KIS's content and serve the site on 127.0.0.1:8000
	@$(PY) manage.py demo

test: install ## linters and types, and beside them the quick suite in two processes
	@$(MAKE) --no-print-directory -j2 lint suite

# How many processes the quick suite takes; each has a database of its own. 0: this one alone. Bytecode
# is kept, for each of them would compile the tests anew. With KIS_WHOLE=1 nothing is left out.
PROCESSES ?= 2
QUICK := $(if $(KIS_WHOLE),,-m "not slow")
suite: install
	@env -u DJANGO_SETTINGS_MODULE -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -q -n $(PROCESSES) --dist worksteal $(QUICK) $(PYTEST_ARGS)

test-wagtail-api: install ## Wagtail's own tests of its API, against our viewsets (SHELF=1: the shelf's)
	@DJANGO_SETTINGS_MODULE=tests.wagtail_api.$(if $(SHELF),shelf_)settings $(PY) -W ignore -m django test wagtail.api.v2

mutants: install ## small faults in what must not be wrong: does a test see them? (SAMPLE, SEED, MODULES, ROOMS, MINUTES, BOUND, AGAIN)
	@$(PY) -m tests.mutants

SEQUENCES ?= 500
soak: install ## random editors against the shelf, others in each run (SEQUENCES)
	@env -u DJANGO_SETTINGS_MODULE KIS_SOAK=1 KIS_SEQUENCES=$(SEQUENCES) $(PY) -m pytest -q tests/stateful

lint: install
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/ruff format -q --check .
	@$(VENV)/bin/lint-imports --no-cache >/dev/null || $(VENV)/bin/lint-imports --no-cache
	@$(PY) -m mypy --no-error-summary

lock: ## renew requirements.lock (needs uv)
	uv pip compile --quiet --universal --no-header --no-annotate --upgrade --python-version 3.11 \
	    --extra site --extra test pyproject.toml -o requirements.lock

messages: install ## collect interface texts and compile the catalogues (needs gettext)
	@$(PY) manage.py collect_messages

bench-search: SIZES ?= gold 24 2000 20000
bench-search: install ## measure the search (hunspell, -de-de, -en-gb, -sk, -lv; DATABASE_URL)
	@$(PY) benchmarks/analysis.py
	@$(PY) benchmarks/unrelated.py
	@$(PY) benchmarks/search.py $(SIZES)
	@case "$$DATABASE_URL" in postgres*) env -u DATABASE_URL $(PY) benchmarks/search.py $(SIZES);; esac

bench-privacy: install ## what 5,000 private pages cost (DATABASE_URL for PostgreSQL)
	@$(PY) -m benchmarks.privacy

# Numbers of cooperations, with -sqlite on SQLite; how often systems take turns; a file whose tables
# to replace, for example README.md. Quick: make bench SIZES=500 ROUNDS=3
ROUNDS ?= 9
bench: SIZES ?= 6 500 5000 500-sqlite
bench: install ## compare the API with stock Wagtail, a view that does nothing, and nginx (SIZES, ROUNDS, INTO; wrk, nginx-light)
	@$(PY) -m benchmarks.delivery $(SIZES) --rounds $(ROUNDS) --picture docs/images/bench.svg \
	    $(if $(INTO),--into $(INTO))

PAGES ?= 200
bench-localize: install ## what submitting pages for translation costs, by wagtail-localize and by us
	@$(PY) -m benchmarks.localize $(PAGES)

COOPERATIONS ?= 5000
bench-admin: install ## what the admin's screens cost with many cooperations (COOPERATIONS, DATABASE_URL)
	@$(PY) -m benchmarks.admin $(COOPERATIONS)

dist: install ## build the plugin and the client for other sites into dist/ (PROJECT_URL)
	@rm -rf dist
	@$(PY) -m hatchling -q build -d dist
	@cd clients/python && ../../$(PY) -m hatchling -q build -t wheel -d ../../dist
	@ls dist

clean: ## remove what make made
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis db.sqlite3 var
