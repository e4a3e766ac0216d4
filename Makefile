# Everything a newcomer needs: `make run` to see the product, `make test` to trust it.

.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint bench lock

setup: ## make .venv with everything in it; quick when nothing changed
	@setup/system-packages
	@setup/environment

run: demo ## load the sample hall, audit its day, serve http://127.0.0.1:8000
	@.venv/bin/backoffice serve

demo: setup ## the same without serving; leaves the audit paper under var/
	@.venv/bin/backoffice demo

test: setup ## run all tests, on SQLite, PostgreSQL and in Chromium
	.venv/bin/pytest -q -n 3 --dist loadfile --no-loadscope-reorder

lint: setup ## check style, types and the direction of imports
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: setup ## measure against the fastest known form, and run the long comparisons
	.venv/bin/python -m tests.bench

lock: ## write requirements.lock anew from pyproject.toml
	@setup/lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile
