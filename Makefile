# Two commands do everything: `make demo` and `make test`. Both set up .venv/ by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1

.PHONY: demo test test-vllm check lock clean

demo: $(VENV)/.runtime
	@scripts/system-packages maxima
	@$(BIN)/plumbline demo $(if $(filter 0,$(SERVE)),--no-serve)

test: check
	@scripts/system-packages maxima postgresql chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

# A real vLLM, in an environment of its own; or the one of PLUMBLINE_VLLM_PYTHON, an interpreter that has it (for a GPU).
VLLM_PYTHON = $(or $(PLUMBLINE_VLLM_PYTHON),$(CURDIR)/.venv-vllm/bin/python)
test-vllm: $(VENV)/.dev
	@[ -n "$(PLUMBLINE_VLLM_PYTHON)" ] || scripts/vllm-environment $(PYTHON) .venv-vllm
	@echo "The tiny model is trained unless it is there, which takes some minutes:"
	@$(VLLM_PYTHON) -m tests.models.make
	PLUMBLINE_VLLM_PYTHON=$(VLLM_PYTHON) $(BIN)/python -m pytest tests/vllm

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
