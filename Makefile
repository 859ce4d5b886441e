# Every target works on a machine with Python 3.11 or newer and make alone: what else it needs goes into .venv.

BIN := .venv/bin

.PHONY: help demo serve test test-full check docs bench clean

help: ## Tell what can be made
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: .venv/package ## Send sample pictures through the whole pipeline and show what comes out
	@$(BIN)/python -m examples.demo

serve: .venv/package ## Serve the API on http://127.0.0.1:8000, keeping everything in safelight-data
	@$(BIN)/safelight serve

test: .venv/development ## Run every test
	@$(BIN)/python -m pytest -q

test-full: .venv/development ## Kill it 20 times during 300 additions
	@SAFELIGHT_TEST_FULL=1 $(BIN)/python -m pytest -q tests/acceptance/test_durability.py

check: .venv/development ## Lint, format, types, dependency rule, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tools.documents --check

docs: .venv/development ## Write the documents that are made from the code
	@$(BIN)/python -m tools.documents

bench: .venv/development ## Measure speed, memory and quality against other tools
	@$(BIN)/python -m bench

clean: ## Remove what make made; safelight-data stays
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/package .venv/development: pyproject.toml tools/environment.sh
	@PYTHON='$(PYTHON)' tools/environment.sh $(@F)
