"""The tiny Llama of the tests and its training: Muon for the matrices, AdamW for what is left.

Muon is Keller Jordan's (https://kellerjordan.github.io/posts/muon, 2024): the momentum of each matrix is made
nearly orthogonal by five Newton-Schulz steps before it is applied, which learns this little data several
times faster.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import torch
from transformers import LlamaConfig, LlamaForCausalLM

IGNORED = -100
"""The label of a token that is not learnt; PyTorch's own convention."""

Example = tuple[list[int], int]
"""The tokens of one exchange, and how many of them are the question."""


def make_network(vocabulary: int, end: int, padding: int, seed: int) -> LlamaForCausalLM:
    """An untrained Llama of about 1.4 million parameters."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=160,
        intermediate_size=480,
        num_hidden_layers=4,
        num_attention_heads=5,
        num_key_value_heads=5,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=padding,
        use_cache=False,
    )
    return LlamaForCausalLM(config)


def train(
    network: LlamaForCausalLM, examples: Sequence[Example], steps: int, batch: int, padding: int, seed: int
) -> Iterator[float]:
    """Train for so many steps of `batch` examples; gives each step's loss as it is done."""
    parameters = [
        weight for name, weight in network.named_parameters() if weight.ndim == 2 and "embed" not in name
    ]
    matrices = {id(weight) for weight in parameters}
    rest = [weight for weight in network.parameters() if id(weight) not in matrices]
    optimizers = [
        Muon(parameters, lr=0.02),
        torch.optim.AdamW(rest, lr=4e-3, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    schedules = [
        torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share(step, steps))
        for optimizer in optimizers
    ]
    network.train()
    for _, chosen in zip(range(steps), _batches(examples, batch, seed), strict=False):
        tokens, labels = _padded(chosen, padding)
        loss = network(input_ids=tokens, labels=labels).loss
        loss.backward()
        for optimizer, schedule in zip(optimizers, schedules, strict=True):
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
        yield loss.item()
    network.eval()


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal, for matrices only; see the paper named at the top."""

    def __init__(self, matrices: Sequence[torch.nn.Parameter], lr: float, momentum: float = 0.95) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for weight in group["params"]:
                mean = self.state[weight].setdefault("mean", torch.zeros_like(weight))
                mean.lerp_(weight.grad, 1 - group["momentum"])
                wanted = weight.grad.lerp(mean, group["momentum"])
                height, width = weight.shape
                weight.add_(_orthogonal(wanted), alpha=-group["lr"] * max(1.0, height / width) ** 0.5)


def _orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """The nearest orthogonal matrix, roughly, by the quintic iteration with Jordan's coefficients."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


def _share(step: int, steps: int) -> float:
    """The learning rate's share: up within twenty steps, then straight down to nothing over the last half."""
    return min(1.0, (step + 1) / 20, 2 * (1 - step / steps))


def _batches(examples: Sequence[Example], batch: int, seed: int) -> Iterator[list[Example]]:
    """Batches of examples of like length, in an order drawn anew for every pass."""
    draw = random.Random(seed)
    while True:
        order = sorted(examples, key=lambda example: (len(example[0]), draw.random()))
        groups = [list(order[start : start + batch]) for start in range(0, len(order), batch)]
        draw.shuffle(groups)
        yield from groups


def _padded(examples: Sequence[Example], padding: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens and labels, filled to the longest; only the answers are learnt."""
    longest = max(len(tokens) for tokens, _ in examples)
    tokens = [tokens + [padding] * (longest - len(tokens)) for tokens, _ in examples]
    labels = [
        [IGNORED] * asked + tokens[asked:] + [IGNORED] * (longest - len(tokens)) for tokens, asked in examples
    ]
    return torch.tensor(tokens), torch.tensor(labels)
