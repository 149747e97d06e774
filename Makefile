# Two commands do everything: `make demo` and `make test`. Both set up .venv/ by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1

.PHONY: demo test check lock clean

demo: $(VENV)/.runtime
	@scripts/system-packages maxima
	@$(BIN)/plumbline demo $(if $(filter 0,$(SERVE)),--no-serve)

test: check
	@scripts/system-packages maxima postgresql chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# A lock file pins every package with its hash; the project itself is installed in place.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@ $(VENV)/.runtime

$(BIN)/python:
	@scripts/make-venv $(PYTHON) $(VENV)

lock:
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	    -o requirements.lock
	uv pip compile -q pyproject.toml --extra dev -c requirements.lock --universal --python-version 3.11 \
	    --generate-hashes --no-header -o requirements-dev.lock

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
