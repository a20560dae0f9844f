# Every target is one `redline` command; the first one that needs the tools sets them up in .venv.
PYTHON ?= python3
BIN := .venv/bin
REDLINE := $(BIN)/redline
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
APT := $(AS_ROOT) apt-get install -qq -y --no-install-recommends fonts-dejavu-core >/dev/null
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# uv is ten times as fast as pip; pip remains where uv cannot run.
INSTALL := sh -c '$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes "$$@" || $(PIP) --require-hashes "$$@"' install
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command 'make lock' $(UPGRADE)

# Compiled modules are kept, whatever the environment says: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
# What make would otherwise take for an intermediate file, and for a target that needs no work.
.PRECIOUS: .venv/%
.PHONY: help setup lock browser validate train train-encoder texts score agree annotate report publish docs check test test-oldest test-peers bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: .venv/base ## install the base into .venv; other targets add more libraries

.venv/base: locks/installer.lock locks/base.lock pyproject.toml
	@echo "setting up .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python is %d.%d; needed: 3.11 or newer (make PYTHON=python3.11)" % sys.version_info[:2])'
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes -r locks/installer.lock
	@$(INSTALL) -r locks/base.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/%: locks/%.lock .venv/base
	@echo "adding to .venv what $* needs"
	@$(INSTALL) -r $<
	@touch $@

# No lock lists these: torch is chosen by the machine, and takes gigabytes.
.venv/encoder: pyproject.toml .venv/train
	@echo "adding to .venv what the encoder needs"
	@$(PIP) --editable '.[encoder]'
	@touch $@

lock: setup ## write locks/ from pyproject.toml; UPGRADE=--upgrade chooses the newest versions
	@$(COMPILE) pyproject.toml --extra all --group dev -o locks/test.lock >/dev/null
	@$(COMPILE) pyproject.toml -c locks/test.lock -o locks/base.lock >/dev/null
	@$(COMPILE) pyproject.toml -c locks/test.lock --extra annotate -o locks/annotate.lock >/dev/null
	@$(COMPILE) pyproject.toml -c locks/test.lock --extra train -o locks/train.lock >/dev/null
	@$(COMPILE) pyproject.toml -c locks/test.lock --extra train --extra report -o locks/report.lock >/dev/null
	@$(COMPILE) --group installer -c locks/test.lock -o locks/installer.lock >/dev/null

validate: setup ## check the whole corpus against all rules
	@$(REDLINE) validate

train: validate .venv/train ## train the baselines, score them on the test split, print the leaderboard
	@$(REDLINE) train

train-encoder: validate .venv/encoder ## train the models that need a sentence encoder; downloads it, and torch
	@$(REDLINE) train --model encoder --download

texts: setup ## download the missing referenced texts
	@$(REDLINE) texts --clone

score: setup ## score two record files: make score GOLD=a.jsonl PRED=b.jsonl
	@$(REDLINE) score $(GOLD) $(PRED)

agree: setup ## print the agreement between raters
	@$(REDLINE) agree --labels

annotate: .venv/annotate ## open the annotator's page: make annotate RATER=name
	@$(REDLINE) annotate --rater $(or $(RATER),$(error RATER is empty; needed: make annotate RATER=name))

report: .venv/report | models/crf/ner/artefact.json ## write dist/report.html: corpus, agreement, models, errors
	@$(REDLINE) report

models/crf/ner/artefact.json:
	@$(MAKE) --no-print-directory train

publish: .venv/test ## build and verify dist/redline-<version>, without an upload
	@$(REDLINE) publish

docs: setup ## write the generated pages of docs/
	@$(REDLINE) docs

check: .venv/test ## run the linter, the type checker and the rules on the corpus; list outdated pages
	@$(BIN)/ruff check scripts tests bench
	@$(BIN)/ruff format --check --quiet scripts tests bench
	@$(BIN)/mypy
	@$(REDLINE) docs --check
	@$(REDLINE) validate

browser: ## install Chromium for the tests with apt, if it is missing
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit; done; false \
	  || { echo "installing Chromium"; $(AS_ROOT) apt-get update -qq && { $(APT) chromium-headless-shell || $(APT) chromium; }; } \
	  || { echo "the tests need Chromium, which could not be installed; needed: chromium or chromium-headless-shell on the path" >&2; exit 1; }

test: .venv/test browser ## run the tests
	@$(BIN)/pytest --numprocesses 2

test-oldest: .venv/base browser ## run the tests with the oldest libraries that pyproject.toml allows
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/oldest
	@$(BIN)/uv pip install --quiet --python .venv/oldest/bin/python --resolution lowest-direct --group dev --editable '.[all]'
	@.venv/oldest/bin/pytest --numprocesses 2

.venv/peers/%/ready: tests/peers/%.txt .venv/test
	@echo "setting up the tools of $<"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	@$(BIN)/uv pip install --quiet --python $(@D)/bin/python --requirements $<
	@touch $@

test-peers: .venv/peers/converters/ready .venv/peers/doccano/ready ## compare with Label Studio's converter, doccano, pybrat and spaCy
	@$(BIN)/python tests/peers/compare.py .venv/peers

bench: .venv/test ## measure the speed of Redline and of similar programs
	@$(BIN)/python bench/sentences.py
	@$(BIN)/python bench/validate.py
	@$(BIN)/python bench/score.py
	@$(BIN)/python bench/agree.py
	@$(BIN)/python bench/label.py
	@$(BIN)/python bench/scale.py
	@$(BIN)/python bench/streamed.py
	@$(BIN)/python bench/duplicates.py
	@$(BIN)/python bench/imports.py
	@$(BIN)/python bench/publish.py
	@$(BIN)/python bench/page.py
	@$(BIN)/python bench/raters.py
	@$(BIN)/python bench/formats.py
	@$(BIN)/python bench/fuzz.py
	@$(BIN)/python bench/fuzz_commands.py
	@$(BIN)/python bench/kills.py

clean: ## remove all generated files
	rm -rf .venv dist models/*/ .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
