# Everything a person or CI calls. Each target installs what it needs, pinned, and says what it does.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CACHE := $(or $(SHOPFLEET_CACHE),$(HOME)/.cache/shopfleet)
BOOT := $(CACHE)/boot
# Named by content: a new checkout has new file times, and must not rebuild what others may be using.
BOOTED := $(BOOT)/.installed-$(shell sha256sum bootstrap.lock | cut -c1-12)
VENV := $(CURDIR)/.venv
export UV_CACHE_DIR := $(CACHE)/uv
RUN := PATH="$(VENV)/bin:$$PATH"
CLUSTER ?= demo
SETTINGS ?=
ADDON ?= retail_base
TAGS ?=

.PHONY: help setup demo test test-deep addon-test addon-texts bench lint down clean generate lock

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(VENV)/.installed ## Install the locked Python packages and the toolchain
	@# Where bytecode is not written by itself (PYTHONDONTWRITEBYTECODE), every command would compile for half a second.
	"$(VENV)/bin/python3" -m compileall -q controller provisioning release monitoring

$(BOOTED):
	@command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null || {
		echo "installing python3 and python3-venv"
		apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 python3-venv ca-certificates
	}
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
		echo "Python 3.11 or later is needed; this is $$(python3 --version)" >&2; exit 1
	}
	mkdir -p "$(CACHE)"
	python3 -m venv --clear "$(BOOT)"
	"$(BOOT)/bin/pip" install --quiet --require-hashes -r bootstrap.lock
	touch $@

$(VENV)/.installed: $(BOOTED) requirements-dev.lock pyproject.toml
	@"$(BOOT)/bin/uv" venv --quiet --allow-existing --python "$(BOOT)/bin/python3" "$(VENV)"
	"$(BOOT)/bin/uv" pip install --quiet --compile-bytecode --python "$(VENV)/bin/python3" --require-hashes -r requirements-dev.lock
	"$(BOOT)/bin/uv" pip install --quiet --python "$(VENV)/bin/python3" --no-deps --no-build-isolation -e .
	touch $@

demo: setup ## Bring up a real one-node Kubernetes with two retailers (CLUSTER=current: install into the kubeconfig's cluster, as SETTINGS=file says)
	@$(RUN) shopfleet local demo --cluster "$(CLUSTER)" $(if $(SETTINGS),--settings "$(SETTINGS)")

test: setup ## Run the test suite from nothing
	@$(RUN) python3 -m tests.run

test-deep: setup ## Run the long suites, resumable, and keep their evidence under docs/evidence/
	@$(RUN) python3 -m tests.run --deep

addon-test: setup ## Run one addon's tests in Odoo (ADDON=retail_base, TAGS=/retail_base:TestClass.test_name)
	@$(RUN) python3 -m pytest -q tests/odoo/test_addons.py --addon "$(ADDON)" $(if $(TAGS),--addon-tags "$(TAGS)")

addon-texts: setup ## Take an addon's texts into its translation files (ADDON=retail_base)
	@$(RUN) python3 -m pytest -q tests/odoo/test_addons.py --addon "$(ADDON)" --update-golden

bench: setup ## Measure, side by side with the peers, and write docs/benchmarks.{json,md}
	@$(RUN) python3 -m tests.bench --cluster "$(CLUSTER)"

lint: setup ## Formatting, types, import rules, Odoo's conventions
	@$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) pylint addons_baseline/14.0/*/

generate: setup ## Write again what is generated: CRDs, CLI reference, pictures
	@$(RUN) python3 -m provisioning.crd --write
	$(RUN) python3 -m controller.cli.reference --write
	$(RUN) python3 -m controller.core.diagram --write

lock: $(BOOTED) ## Take newer versions into the lock files, and audit those of third-party addons
	@compile() { "$(BOOT)/bin/uv" pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 "$$@" >/dev/null; }
	compile pyproject.toml -o requirements.lock
	compile pyproject.toml --extra cloud --group dev -c requirements.lock -o requirements-dev.lock
	$(MAKE) --no-print-directory setup
	$(RUN) python3 -m release.addons lock --upgrade

down: setup ## Stop the demo; data and caches stay
	@$(RUN) shopfleet local down

clean: setup ## Remove the demo's data; caches stay
	@$(RUN) shopfleet local clean --yes
