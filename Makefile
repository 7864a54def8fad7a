.DEFAULT_GOAL := help
.PHONY: help install run soak test test-wagtail-api mutants lint messages bench bench-search bench-privacy bench-localize po bundle clean

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
export DJANGO_SETTINGS_MODULE ?= kis_wagtail.settings.dev

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

install: $(STAMP) ## make .venv from the lock file

$(STAMP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	    { [ -x $(PY) ] || uv venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV); } && \
	    uv pip install --quiet --python $(PY) -r requirements.lock; \
	else \
	    { [ -x $(PY) ] && $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV); } && \
	    $(PY) -m pip install -qq --disable-pip-version-check -r requirements.lock; \
	fi
	@touch $(STAMP)

run: install ## load KIS's content and serve the site on 127.0.0.1:8000
	@$(PY) manage.py demo

test: install lint ## the quick suite
	@env -u DJANGO_SETTINGS_MODULE $(PY) -m pytest -q --create-db $(PYTEST_ARGS)

test-wagtail-api: install ## Wagtail's own tests of its API, against our viewsets (SHELF=1: the shelf's)
	@DJANGO_SETTINGS_MODULE=tests.wagtail_api.$(if $(SHELF),shelf_)settings $(PY) -W ignore -m django test wagtail.api.v2

mutants: install ## small faults in what must not be wrong: does a test see them? (SAMPLE, MODULES)
	@$(PY) -m tests.mutants

SEQUENCES ?= 500
soak: install ## random editors against the shelf, others in each run (SEQUENCES)
	@env -u DJANGO_SETTINGS_MODULE KIS_SOAK=1 KIS_SEQUENCES=$(SEQUENCES) $(PY) -m pytest -q --create-db tests/stateful

lint: install
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/ruff format -q --check .
	@$(VENV)/bin/lint-imports --no-cache >/dev/null || $(VENV)/bin/lint-imports --no-cache
	@$(PY) -m mypy --no-error-summary

lock: ## renew requirements.lock (needs uv)
	uv pip compile --quiet --universal --no-header --no-annotate --upgrade --python-version 3.11 \
	    --extra site --extra test pyproject.toml -o requirements.lock

messages: install ## collect interface texts and compile the catalogues (needs gettext)
	@$(PY) tests/catalogues.py

SIZES ?= gold 24 2000 20000
bench-search: install ## measure the search (hunspell, -de-de, -en-gb, -sk, -lv; DATABASE_URL)
	@$(PY) benchmarks/analysis.py
	@$(PY) benchmarks/unrelated.py
	@$(PY) benchmarks/search.py $(SIZES)
	@case "$$DATABASE_URL" in postgres*) env -u DATABASE_URL $(PY) benchmarks/search.py $(SIZES);; esac

bench-privacy: install ## what 5,000 private pages cost (DATABASE_URL for PostgreSQL)
	@$(PY) -m benchmarks.privacy

bench: install ## compare the API with stock Wagtail, a view that does nothing, and nginx (wrk, nginx-light)
	@for size in 6 500 5000; do $(PY) -m benchmarks.delivery --size $$size || exit 1; done
	@$(PY) -m benchmarks.delivery --database sqlite

PAGES ?= 200
bench-localize: install ## what submitting pages for translation costs, by wagtail-localize and by us
	@$(PY) -m benchmarks.localize $(PAGES)

clean: ## remove what make made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis db.sqlite3 var
