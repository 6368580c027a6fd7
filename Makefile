PYTHON ?= python3
VENV := .venv
EMULATOR := .emulator
PY := $(VENV)/bin/python
IMAGEPIPE := $(VENV)/bin/imagepipe
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes
IMAGES ?=
KEEP ?=
DIR ?=
SECONDS ?=
SEED ?=
ONLY ?=
SIZE ?=
STACK ?=
SET ?=
THEN ?=
UPLOAD ?=
JSON ?=
SAVE ?=
AGAINST ?=
ALL_FORMATS ?=

.DEFAULT_GOAL := help
.PHONY: help setup oracles demo up down test check docs corpus fuzz drills soak engine format lint types lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("imagepipe needs Python 3.11 or later, and %s is %s: run make PYTHON=/path/to/python3.11" % (sys.executable, sys.version.split()[0]))'
	@echo "installing the locked packages into $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PY) $(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

# Editable, and built by the locked setuptools, so that nothing more is downloaded.
$(IMAGEPIPE): $(VENV)/installed pyproject.toml
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
		--no-build-isolation --editable .
	@touch $@

$(EMULATOR)/installed: local/requirements.txt
	@echo "installing the emulator into $(EMULATOR)"
	@$(PYTHON) -m venv --clear $(EMULATOR)
	@$(EMULATOR)/bin/python $(PIP_INSTALL) -r local/requirements.txt
	@touch $@

setup: $(IMAGEPIPE) $(EMULATOR)/installed ## install everything, into .venv and .emulator

demo: setup ## pipe photographs through the real program on an embedded AWS; IMAGES=dir, KEEP=1
	@$(IMAGEPIPE) demo $(if $(IMAGES),--images "$(IMAGES)") $(if $(KEEP),--keep)

up: setup ## start the embedded AWS and deploy the program to it
	@$(IMAGEPIPE) up

down: setup ## stop the embedded AWS and remove all it left
	@$(IMAGEPIPE) down

oracles: $(VENV)/installed ## install, on Debian, the programs that some tests compare with and skip without
	@$(PY) -m tests.install_oracles

test: setup ## run all tests, in as many workers as there are processors
	@$(PY) -m pytest -n auto

DRILL_OPTIONS = $(if $(SEED),--seed $(SEED)) $(ONLY:%=--only %) $(if $(SIZE),--size $(SIZE))

drills: $(IMAGEPIPE) ## the real handler through simulated faults, a row for each drill; SEED=480112, ONLY=alarms, SIZE=0.1
	@$(IMAGEPIPE) drills $(DRILL_OPTIONS)

soak: setup ## 1,000 images through the embedded AWS while its workers are killed; SEED=480112, SIZE=0.1
	@$(IMAGEPIPE) soak $(if $(SEED),--seed $(SEED)) $(if $(SIZE),--size $(SIZE))

ENGINE_OPTIONS = $(if $(STACK),--stack "$(STACK)") $(SET:%=--set '%') $(THEN:%=--then '%') $(if $(UPLOAD),--upload)

engine: setup ## deploy and change a stack with Pulumi's own engine; STACK=dev, THEN="trigger=s3 trigger=sqs", UPLOAD=1
	@$(IMAGEPIPE) engine $(ENGINE_OPTIONS)

FOLDER = $(if $(DIR),"$(DIR)",$(error set DIR to a folder of images: make $@ DIR=photos))

CORPUS_OPTIONS = $(if $(JSON),--json "$(JSON)") $(if $(SAVE),--save "$(SAVE)") $(if $(AGAINST),--against "$(AGAINST)") \
	$(if $(ALL_FORMATS),--all-formats)

corpus: $(IMAGEPIPE) ## run the image core over a folder as a 1,024 MB function would; DIR=dir, JSON=file, SAVE=dir, AGAINST=vips, ALL_FORMATS=1
	@$(IMAGEPIPE) corpus $(FOLDER) $(CORPUS_OPTIONS)

fuzz: $(IMAGEPIPE) ## process random mutations of the files of a folder; DIR=dir, SECONDS=600, SEED=1
	@$(IMAGEPIPE) fuzz $(FOLDER) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

docs: $(IMAGEPIPE) ## write the tables of options and outputs into the documents
	@$(IMAGEPIPE) docs

format: $(VENV)/installed ## format the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix-only --quiet .

lint: $(VENV)/installed ## check format, lint and which room imports which
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(VENV)/bin/lint-imports --no-cache --no-logo

types: $(VENV)/installed ## check types
	@$(VENV)/bin/basedpyright

check: lint types test ## what CI runs

# The locks name no index, so that they hold for whichever one pip is set up for.
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --upgrade

lock: $(VENV)/installed ## pin the newest allowed packages, with hashes
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) pyproject.toml --group dev -o requirements-dev.txt
	@$(LOCK) --group pyproject.toml:handler -o handler/requirements.txt
	@$(LOCK) --group pyproject.toml:emulator -o local/requirements.txt
	@$(LOCK) --group pyproject.toml:policy -o policy/requirements.txt

clean: ## remove environments, caches and builds
	@rm -rf $(VENV) $(EMULATOR) policy/.venv build .local *.egg-info .pytest_cache .ruff_cache gallery.html
