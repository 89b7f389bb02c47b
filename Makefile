# The few words to remember; `make help` lists them. What they do in detail stands in scripts/ and CONTRIBUTING.md.
.DEFAULT_GOAL := help
.PHONY: help setup model voice run check test bench clean

# Many processes are started: what is compiled once is kept, whatever the surroundings say.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto# test processes at once; 0: one after the other
AT_ONCE := -n $(WORKERS) --dist loadfile

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

setup: environments model ## both Python environments and the trained models; quick when nothing changed

.PHONY: environments
environments:
	@python=$$(sh scripts/python.sh) && "$$python" scripts/setup.py

model: environments ## train what is missing
	@$(BIN)/python scripts/train_models.py

voice: ## the telephone line's engines, models and prompts: what this machine can get
	@python=$$(sh scripts/python.sh) && "$$python" scripts/setup.py --voice
	@$(BIN)/python scripts/setup_voice.py $(VOICE)

run: setup ## everything on this machine, until Ctrl-C
	@exec $(BIN)/hotline up

check: environments ## style, types, who may import whom, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file bot/mypy.ini
	$(BIN)/lint-imports --no-logo
	$(PYTEST) -q tests/unit/docs

test: model check test-parts test-whole ## all checks and all tests; what needs something that is not there is skipped by name

# What needs no trained model, beside the training (`make -j2 test`); then the whole, with the machine to itself.
.PHONY: test-parts test-whole
test-parts: check
	$(PYTEST) $(AT_ONCE) tests/unit tests/contract tests/integration/tickets --ignore=tests/unit/docs
test-whole: model check test-parts
	$(PYTEST) $(AT_ONCE) tests/integration --ignore=tests/integration/tickets --ignore=tests/integration/voice
	$(PYTEST) tests/integration/voice
	$(PYTEST) $(AT_ONCE) tests/conversations tests/nlu
	$(PYTEST) $(AT_ONCE) tests/e2e

bench: setup ## figures: speed, memory, start, understanding, consultations, tickets, page, notices; calls where there are engines
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.consultations
	$(BIN)/python -m benchmarks.tickets
	$(BIN)/python -m benchmarks.page
	$(BIN)/python -m benchmarks.notices
	$(BIN)/python -m benchmarks.voice_media
	$(BIN)/python -m benchmarks.voice_calls
	$(BIN)/python -m benchmarks.voice_numbers

clean: ## remove environments, caches and trained models; the data folder stays
	rm -rf .venv bot/.venv build var/models .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
