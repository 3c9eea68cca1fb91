# Nexa CRM. `make help` lists what can be done.

SHELL := /bin/bash
# The environment's port, else that of .env, else 8000
PORT ?= $(or $(shell sed -n 's/^PORT=//p' .env 2>/dev/null | tail -n 1),8000)
export PORT
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NO_SERVICES := env -u DATABASE_URL -u DB_HOST -u REDIS_URL -u REDIS_HOST
FIND_PYTHON := import sys; sys.exit(sys.version_info < (3, 11))
FIND_VENV := import ensurepip, venv

.DEFAULT_GOAL := help
.PHONY: help run install install-dev browser test screenshots types lint format shell bench drill lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: install ## Start the CRM with demo data at http://127.0.0.1:8000 (PORT=… for another port)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo_data --if-empty
	@echo
	@echo "  Nexa CRM      http://127.0.0.1:$(PORT)"
	@echo "  Back office   http://127.0.0.1:$(PORT)/admin/"
	@echo "  API           http://127.0.0.1:$(PORT)/api/docs/"
	@echo
	@echo "  Sign in as    admin@nexa.example, manager@nexa.example,"
	@echo "                rep@nexa.example or support@nexa.example"
	@echo "  Password      nexa-demo-2026"
	@echo
	@$(BIN)/celery --quiet --app nexa worker --beat --pool threads --concurrency 4 \
		--without-gossip --without-mingle & worker=$$!; \
	$(BIN)/gunicorn nexa.asgi --config gunicorn.conf.py --bind 127.0.0.1:$(PORT) \
		--workers 1 --no-control-socket --log-level warning & web=$$!; \
	trap 'kill $$web $$worker 2>/dev/null; wait' INT TERM EXIT; \
	wait $$web

install: $(VENV)/.installed

install-dev: install $(VENV)/.installed-dev

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "Python 3.11 or newer is needed, and there is no $(PYTHON)."; exit 1; }
	@$(PYTHON) -c '$(FIND_PYTHON)' || \
		{ echo "Python 3.11 or newer is needed; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c '$(FIND_VENV)' 2>/dev/null || \
		{ echo "Python lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# The stamp is as old as the last installation: a newer lock installs anew.
$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing what Nexa CRM needs; this happens only when requirements.txt changes."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

browser: install-dev ## Find a Chromium for the tests of pages, or install one where that is possible
	@$(BIN)/python -m crm.tests.chromium

screenshots: browser ## Take pictures of every kind of page, or of PAGES="lead deal", into docs/screenshots
	@APP_ENV=test $(NO_SERVICES) $(BIN)/python manage.py shell --no-imports \
		-c "from crm.tests.screenshots import main; main(*'$(PAGES)'.split())"

types: install ## Make the TypeScript types of the JavaScript client anew; needs Node and npm
	@document=$$(mktemp) && trap 'rm -f "$$document"' EXIT && \
	API_COMPAT= $(BIN)/python manage.py spectacular --format openapi-json --file "$$document" && \
	cd clients/js && npm ci --silent --no-audit --no-fund --ignore-scripts && \
	npm run --silent types -- "$$document"

# Tests that share a server stay on one worker: nexa/testenv.py says which.
test: install-dev ## Run all tests: on SQLite, then on a real PostgreSQL and Redis
	@code=0; \
	echo "On SQLite"; \
	$(BIN)/python -m crm.tests.chromium || code=1; \
	$(NO_SERVICES) $(BIN)/python -m pytest -n auto || code=1; \
	echo "On PostgreSQL and Redis"; \
	$(BIN)/python -m crm.tests.services $(BIN)/python -m pytest -n auto || code=1; \
	exit $$code

lint: install-dev ## Check style, types, layers, migrations and settings
	@code=0; \
	$(BIN)/ruff check . || code=1; \
	$(BIN)/ruff format --check . || code=1; \
	$(BIN)/mypy || code=1; \
	$(BIN)/lint-imports || code=1; \
	$(BIN)/python manage.py makemigrations --check --dry-run || code=1; \
	$(BIN)/python manage.py check || code=1; \
	exit $$code

format: install-dev ## Put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

shell: install ## Open a Python shell with the models loaded
	@$(BIN)/python manage.py shell

bench: ## Measure the speeds
	@echo "There are no benchmarks yet."

drill: install-dev ## Run the heavy scenarios: kills, thousands of mails, large files, all of the API
	@$(BIN)/python -m crm.tests.services $(BIN)/python -m pytest -s crm/tests/drills/drill_*.py
	@$(NO_SERVICES) $(BIN)/python -m pytest -s crm/tests/drills/drill_pages.py
	@FUZZ=full $(NO_SERVICES) $(BIN)/python -m pytest crm/tests/test_schema_fuzz.py

lock: install-dev ## Take the newest versions that resolve into the locks
	@$(BIN)/uv --version >/dev/null 2>&1 || $(BIN)/pip install --quiet uv
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --fork-strategy fewest \
			--python-version 3.11 --generate-hashes --no-emit-index-url \
			$$name.in -o $$name.txt || exit 1; \
	done

clean: ## Remove what tests and tools leave behind; data and the environment stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis staticfiles
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
