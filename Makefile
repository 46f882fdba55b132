# The front door. Every target can be run on a bare machine with Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv/bin/python
DEV := .venv-dev/bin/python

.PHONY: run test lint bench lock setup chromium clean

run: .venv/.installed            ## start the assistant at http://127.0.0.1:8080
	$(VENV) bot.py serve

setup: .venv/.installed          ## the .venv alone

test: .venv/.installed .venv-dev/.installed chromium   ## everything that must hold
	$(VENV) -m tests.runtime_only
	$(DEV) -m pytest

lint: .venv-dev/.installed       ## style, types, architecture, docs
	.venv-dev/bin/ruff check .
	.venv-dev/bin/ruff format --check .
	.venv-dev/bin/mypy
	$(DEV) -m pytest tests/test_architecture.py tests/test_docs.py

bench: .venv-dev/.installed      ## how fast and how large it is, written into docs/benchmarks.md
	$(DEV) -m bench --all --write docs/benchmarks.md

lock: .venv-dev/.installed       ## pin what pyproject.toml asks for, with hashes, for every system
	.venv-dev/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	.venv-dev/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.lock

# Debian keeps venv in a package of its own; where we may, we install it.
define make_venv
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq python3-venv; } \
		|| { echo "$(PYTHON) has no venv: install it (Debian: apt-get install python3-venv) and try again"; exit 1; }
	$(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
	@touch $(1)/.installed
endef

.venv/.installed: requirements.lock
	$(call make_venv,.venv,requirements.lock)

.venv-dev/.installed: requirements-dev.lock
	$(call make_venv,.venv-dev,requirements-dev.lock)

chromium:                        # the browser tests use the one they find: CHROMIUM, then PATH
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; } \
		|| echo "NO CHROMIUM FOUND: the browser tests will be skipped (set CHROMIUM to its path)"

clean:
	rm -rf .venv .venv-dev .mypy_cache .pytest_cache .ruff_cache .hypothesis
