# Two commands: `make demo` shows the job, `make test` proves it.
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: demo test coverage test-long check lock forms audit clean
demo: .venv/ready
	.venv/bin/harvester demo

test: .venv/ready check
	$(PY) -m pytest -m "not long" $(PYTEST_ARGS)

# the same, and the lines that no test has run; slower
coverage: .venv/ready
	$(PY) -m pytest -m "not long" --cov --cov-report=term $(PYTEST_ARGS)

# the long proofs: the same as tests of `make test` show, with more mails, more rounds or from nothing
test-long: .venv/ready
	$(PY) -m pytest -m long $(PYTEST_ARGS)

check: .venv/ready
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("harvester needs Python 3.11 or newer: make PYTHON=python3.11") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# pins every package with its hashes for all platforms; run after changing pyproject.toml
lock: .venv/ready
	$(PY) -m uv pip compile --generate-hashes --universal --no-emit-index-url --no-strip-extras --all-extras pyproject.toml -o requirements.lock

# forms of the words in rules/, so that no dictionary is opened for them; run after changing rules or simplemma
forms: .venv/ready
	$(PY) -m harvester.classify.ship_forms

# known vulnerabilities of the locked packages; asks the network, so by hand and before a release
audit: .venv/ready
	$(PY) -m uv tool run pip-audit --strict --require-hashes --disable-pip -r requirements.lock

clean:
	rm -rf .venv
