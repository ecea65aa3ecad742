# Every target makes .venv when it is absent; a stamp keeps a second run from installing anything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= ../shared/data
export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: serve test check evaluate faults ablate evaluate-external evaluate-iv3 index train help
.DEFAULT_GOAL := help

help:
	@echo "make serve     alles installeren, de index bouwen en de dienst starten op http://127.0.0.1:8000"
	@echo "make test      alles installeren en de tests draaien"
	@echo "make index     de index opnieuw bouwen uit corpus/"
	@echo "make evaluate  de vragenset beantwoorden en vergelijken met eval/baseline.json"
	@echo "make faults    fouten in het product leggen en nagaan dat make evaluate ze ziet"
	@echo "make ablate    een onderdeel van het zoeken tegelijk uitzetten en tonen wat het waard is"
	@echo "make evaluate-external DATA=map   zoeken in vragen en teksten van anderen, naar eval/LEADERBOARD.md"
	@echo "make evaluate-iv3 DATA=map   vragen bij de Iv3-tabellen van alle gemeenten"
	@echo "make check     opmaak, stijl, typen en lagen controleren"
	@echo "make train DATA=map   het meegeleverde taalmodel opnieuw trainen"

# uv reads no pip configuration: wheels that pip finds locally are passed on; without them this is an ordinary install
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>&1 | grep -v "is ignored: it is neither" || true
	UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev]' -c constraints.txt
	@touch $(STAMP)

serve: $(STAMP)
	$(BIN)/begroting-qa serve

index: $(STAMP)
	$(BIN)/begroting-qa index

test: $(STAMP)
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff format --check src tests training bench
	$(BIN)/ruff check src tests training bench
	$(BIN)/pyright
	$(BIN)/lint-imports

evaluate: $(STAMP)
	$(BIN)/begroting-qa evaluate

faults: $(STAMP)
	$(BIN)/python -m pytest -m gate tests/test_gate.py

ablate: $(STAMP)
	$(BIN)/python bench/ablate.py

evaluate-external: $(STAMP)
	$(BIN)/python bench/evaluate_external.py --data $(DATA)

evaluate-iv3: $(STAMP)
	$(BIN)/python bench/evaluate_iv3.py --data $(DATA)

train: $(STAMP)
	UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev,train]' -c constraints.txt
	$(BIN)/python training/train_static.py --data $(DATA) --out build/static-nl
