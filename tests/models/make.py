"""Makes the tiny model of the tests: `python -m tests.models.make` prints the folder that holds it.

For an interpreter with PyTorch, transformers and safetensors, which any with vLLM has. A few minutes on two
cores; done once for each recipe, which is known by the hash of the files here. The folder has the weights in
`float32/` and `int8/`, each as a Hugging Face model, and `problems.jsonl`, held-out problems as `plumbline
problems import` reads them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

SEED = 20261124
EXAMPLES = 24_000
STEPS = 600
BATCH = 96
ASKED_EACH = 25
"""Held-out problems of each kind in `problems.jsonl`."""

SAID_EVERY = 50
HERE = Path(__file__).parent


def main() -> None:
    """Make the model unless it is there, and print its folder."""
    folder = place()
    if not folder.exists():
        make(folder)
    print(folder)


def place() -> Path:
    """The folder of this recipe: below $PLUMBLINE_TEST_CACHE, or else the user's cache."""
    recipe = hashlib.sha256()
    for path in sorted(set(HERE.glob("*.py")) - set(HERE.glob("test_*.py"))):
        recipe.update(path.name.encode() + b"\0" + path.read_bytes())
    default = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "plumbline"
    cache = Path(os.environ.get("PLUMBLINE_TEST_CACHE") or default)
    return cache / "models" / recipe.hexdigest()[:16]


def make(folder: Path) -> None:
    """Train the model and write it; the folder appears when it is whole."""
    from tests.models import generated, network, quantised, tokens

    started = time.monotonic()
    problems = generated.training(SEED, EXAMPLES)
    texts = [tokens.exchange(made.statement, made.answer) for made in problems]
    tokenizer = tokens.learn(part for pair in texts for part in pair)
    asked = tokenizer([question for question, _ in texts])["input_ids"]
    answered = tokenizer([answer for _, answer in texts])["input_ids"]
    examples = [(question + answer, len(question)) for question, answer in zip(asked, answered, strict=True)]
    end, padding = tokenizer.eos_token_id, tokenizer.pad_token_id
    model = network.make_network(len(tokenizer), end, padding, SEED)
    losses: deque[float] = deque(maxlen=SAID_EVERY)
    for step, loss in enumerate(network.train(model, examples, STEPS, BATCH, padding, SEED), start=1):
        losses.append(loss)
        if step % SAID_EVERY == 0:
            mean, spent = sum(losses) / len(losses), time.monotonic() - started
            print(f"step {step} of {STEPS}, loss {mean:.3f}, {spent:.0f} s", file=sys.stderr, flush=True)

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as drafts:
        unfinished = Path(drafts) / "model"
        model.save_pretrained(unfinished / "float32")
        tokenizer.save_pretrained(unfinished / "float32")
        quantised.write_int8(unfinished / "float32", unfinished / "int8")
        rows = [
            {
                "id": f"{made.kind.replace(' ', '-')}-{number}",
                "statement": made.statement,
                "answer": made.answer,
                "topic": made.kind,
            }
            for number, made in enumerate(generated.held_out(SEED, ASKED_EACH))
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (unfinished / "problems.jsonl").write_text(lines, encoding="utf-8")
        shutil.move(unfinished, folder)


if __name__ == "__main__":
    main()
