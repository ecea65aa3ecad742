# Every target makes .venv when it is absent; a stamp keeps a second run from installing anything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= ../shared/data
CHROMIUM := /usr/bin/chromium
export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: serve test browser slow check evaluate faults ablate evaluate-external evaluate-iv3 index train fit train-transformer help
.DEFAULT_GOAL := help

help:
	@echo "make serve     alles installeren, de index bouwen en de dienst starten op http://127.0.0.1:8000"
	@echo "make test      alles installeren en de tests draaien"
	@echo "make browser   Chromium van Debian installeren, voor de tests van de pagina"
	@echo "make index     de index opnieuw bouwen uit corpus/"
	@echo "make evaluate  de vragenset beantwoorden en vergelijken met eval/baseline.json"
	@echo "make slow      de tests met echte taalmodellen, een halve minuut"
	@echo "make faults    fouten in het product leggen en nagaan dat make evaluate ze ziet"
	@echo "make ablate DATA=map   een onderdeel van het zoeken tegelijk uitzetten en tonen wat het waard is"
	@echo "make evaluate-external DATA=map   zoeken in vragen en teksten van anderen, naar eval/LEADERBOARD.md"
	@echo "make evaluate-iv3 DATA=map   vragen bij de Iv3-tabellen van alle gemeenten"
	@echo "make check     opmaak, stijl, typen en lagen controleren"
	@echo "make train DATA=map   het taalmodel opnieuw trainen, naar build/static-nl"
	@echo "make fit DATA=map     de rangschikking, de keuze van zinnen en de herkenning van opdrachten opnieuw passen op de vragen"
	@echo "make train-transformer DATA=map   het grotere taalmodel trainen, naar build/transformer; vraagt een GPU"

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

# Debian's own package, since what Playwright would fetch comes from elsewhere
browser:
	@test -x $(CHROMIUM) || { \
	  as_root=""; test "$$(id -u)" = 0 || as_root="sudo"; \
	  $$as_root apt-get update -qq && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null && \
	  test -x $(CHROMIUM); \
	} || { echo "$(CHROMIUM) ontbreekt en kan hier niet worden geïnstalleerd; doe het als beheerder: apt-get install chromium" >&2; exit 1; }

check: $(STAMP)
	$(BIN)/ruff format --check src tests training bench
	$(BIN)/ruff check src tests training bench
	$(BIN)/pyright
	$(BIN)/lint-imports

evaluate: $(STAMP)
	$(BIN)/begroting-qa evaluate

slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

faults: $(STAMP)
	$(BIN)/python -m pytest -m gate tests/test_gate.py

ablate: $(STAMP)
	$(BIN)/python -m bench.ablate --data $(DATA)

evaluate-external: $(STAMP)
	$(BIN)/python -m bench.evaluate_external --data $(DATA)

evaluate-iv3: $(STAMP)
	$(BIN)/python -m bench.evaluate_iv3 --data $(DATA)

train: $(STAMP)
	$(BIN)/python -m training.train_static --data $(DATA) --out build/static-nl

fit: $(STAMP)
	$(BIN)/python -m training.fit_orders --data $(DATA) --write
	$(BIN)/python -m training.fit_ranker --data $(DATA) --write
	$(BIN)/python -m training.fit_choice --write

# each step goes on where it stopped, and says nothing new once it is done
train-transformer: $(STAMP)
	test -d build/transformer/tokenizer || $(BIN)/python -m training.transformer.prepare --data $(DATA) --work build/transformer
	$(BIN)/python -m training.transformer.pretrain --work build/transformer --minutes 100000
	$(BIN)/python -m training.transformer.contrast --work build/transformer --minutes 100000
	$(BIN)/python -m training.transformer.cross --work build/transformer --minutes 100000
