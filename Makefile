# Contact Sheet. `make help` lists what can be made.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run estimate deploy destroy test check soak soak-doors clean browser bench-import

help: ## what can be made
	@grep -E '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(VENV)/made ## the gallery on this machine (PORT=8000, ALBUM=folder, CONTACTSHEET_DATA=.local)
	@exec $(BIN)/python -m infra.local.run

ESTIMATED = $(foreach flag,PHOTOS GB VIDEOS_GB VIEWS UPLOADS PEOPLE REGION,$(if $($(flag)),--$(shell echo $(flag) | tr A-Z_ a-z-) '$($(flag))'))
estimate: $(VENV)/made ## what a gallery costs on AWS (PHOTOS=100000 GB=500 VIDEOS_GB=0 VIEWS=1000 UPLOADS=300 REGION=us-east-1)
	@$(BIN)/python -m infra.estimate $(ESTIMATED)

test: $(VENV)/made browser ## everything: check, the page's tests, the embedded AWS, a browser
	@$(BIN)/python -m infra.run_tests

check: $(VENV)/made ## formatting, lint, types, layers, unit tests
	@$(BIN)/python -m infra.run_tests --quick

browser: $(VENV)/made
	@$(BIN)/python -m infra.provide_browser

soak: $(VENV)/made ## 100,000 mutated pictures, 200 killed backfills, mixed load on the embedded AWS (SOAK_MINUTES=10)
	@$(BIN)/python -m tests.soak

soak-doors: $(VENV)/made ## 100,000 requests of visitors of every kind, each for what is not theirs (DOORS=100000)
	@$(BIN)/python -m tests.soak_doors

bench-import: bench-import-library # a module can't be called import

bench-%: $(VENV)/made ## one benchmark of tests/benchmarks, such as bench-thumbnails
	@$(BIN)/python -m tests.benchmarks.$(subst -,_,$*)

deploy: $(VENV)/made ## a gallery of your own on AWS, made or updated (ENVIRONMENT=live OWNER=you@example.org; docs/aws.md)
	@exec $(BIN)/python -m infra.deploy_command $(call given,ENVIRONMENT OWNER ADOPT DOMAIN CERTIFICATE PRICE_CLASS TIME_ZONE BUDGET ALLOW_LOSS PHOTOS GB VIEWS) $(if $(EXCHANGE_KEY),--exchange-key) $(if $(DISTRUST_OLD_KEY),--distrust-old-key) $(if $(YES),--yes)

destroy: $(VENV)/made ## take it off AWS; photos, rows and owners stay (ENVIRONMENT=live)
	@exec $(BIN)/python -m infra.destroy_command $(call given,ENVIRONMENT CONFIRM)

# --price-class '…' for each of these variables that has a value
given = $(foreach name,$(1),$(if $($(name)),--$(subst _,-,$(shell echo $(name) | tr A-Z a-z)) '$($(name))'))

clean: ## remove what was built (not .local, which holds photos)
	rm -rf .build .tools $(VENV) web/dist web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

REQUIREMENTS := requirements.txt requirements-api.txt requirements-image.txt requirements-heavy.txt requirements-migrations.txt requirements-dev.txt

# The stamp is written last, and removed first when requirements changed: an environment whose
# making was interrupted has none, and is made again from nothing.
$(VENV)/made: $(REQUIREMENTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed; choose one: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 2; }
	@echo "making $(VENV) (a minute or two, once) …"
	@if [ -e $@ ]; then rm $@; else rm -rf $(VENV); $(PYTHON) -m venv $(VENV); fi
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --only-binary=:all: $(REQUIREMENTS:%=-r %)
	@touch $@
