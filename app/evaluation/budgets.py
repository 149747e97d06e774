"""What a run may spend: a budget as a user writes it, and the ledger that keeps a run within it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.backends.base import Purse
from app.backends.chat import Halted, Usage
from app.backends.prices import PER_DOLLAR, Price, cost, picodollars, price_at
from app.evaluation.errors import InvalidRequest

MAX_DOLLARS = 10**6
MAX_TOKENS = 10**15

FIRST_TOKENS = (1_000, 8_000)
"""Prompt and completion tokens that a request is taken to come to while nothing better is known."""

_AMOUNT = r"([0-9]{1,15}(?:\.[0-9]{1,15})?)"
_DOLLARS = re.compile(rf"\$?\s*{_AMOUNT}\s*(?:\$|usd|dollars?)?", re.IGNORECASE)
_TOKENS = re.compile(rf"{_AMOUNT}\s*(k|m|b)?\s*tokens?", re.IGNORECASE)
_SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}


@dataclass(frozen=True)
class Budget:
    """The most that a run may spend, in US dollars, in tokens (prompts and completions), or in both."""

    dollars: float | None = None
    tokens: int | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """The budget in a text such as `2.50`, `$2.50`, `2.5usd`, `20k tokens`; raises InvalidRequest."""
        plain = text.strip().replace(",", "")
        if match := _DOLLARS.fullmatch(plain):
            dollars = float(match[1])
            if not 0 < dollars <= MAX_DOLLARS:
                raise InvalidRequest(f"A budget of {text!r} must be above 0 and at most ${MAX_DOLLARS:,}.")
            return cls(dollars=dollars)
        if match := _TOKENS.fullmatch(plain):
            tokens = Decimal(match[1]) * _SCALES[(match[2] or "").lower()]
            if tokens != int(tokens) or not 0 < tokens <= MAX_TOKENS:
                raise InvalidRequest(f"A budget of {text!r} must be a whole number of tokens, 1 or more.")
            return cls(tokens=int(tokens))
        raise InvalidRequest(
            f"{text!r} is no budget. Write US dollars, such as 2.50 or $2.50, or tokens, such as 20k tokens "
            "or 1.5M tokens."
        )

    @classmethod
    def of(cls, texts: Iterable[str]) -> Budget:
        """The budget that texts say together, one in dollars and one in tokens at most."""
        dollars, tokens = [], []
        for each in map(cls.parse, texts):
            dollars += [] if each.dollars is None else [each.dollars]
            tokens += [] if each.tokens is None else [each.tokens]
        if len(dollars) > 1 or len(tokens) > 1:
            raise InvalidRequest("Give one budget in dollars, one in tokens, or one of each.")
        return cls(dollars[0] if dollars else None, tokens[0] if tokens else None)

    def __str__(self) -> str:
        """As it is told to people."""
        parts = [] if self.dollars is None else [in_dollars(picodollars(self.dollars))]
        parts += [] if self.tokens is None else [_in_tokens(self.tokens)]
        return " and ".join(parts) or "no limit"


def check_budget(budget: Budget, model: str, prices: Iterable[Price], day: date) -> None:
    """Refuse a budget in dollars for a model that has no price on `day`; raises InvalidRequest."""
    if budget.dollars is None or price_at(prices, day) is not None:
        return
    raise InvalidRequest(
        f"Model {model!r} has no price on {day}, so a budget of {budget} cannot be kept. Give it in tokens, "
        "or register the model with its prices (US dollars for a million tokens): "
        f"""`--set 'prices=[{{"since": "{day}", "input": 2.5, "output": 10}}]'`."""
    )


class Ledger(Purse):
    """The purse of one run: what is spent, and what is set aside for requests in flight.

    A request is let out only if the budget holds even if it and all others in flight come to their bounds.
    So no more than the budget is ever spent, as long as no request exceeds its bound. One without a bound
    sets aside the largest amount that a request of this run has come to, so there it may be exceeded. What
    nobody told counts as what was set aside: a failure that cost nothing must say so by zeros.

    `reserve` may refuse only because of what is in flight, which mostly comes to less than its bound: who
    has requests in flight waits for one to settle and tries again, before the run pauses.

    Sums are kept in whole tokens and picodollars, so they are exact and the same in any order.
    """

    def __init__(
        self, budget: Budget, run_id: str, price: Price | None = None, paid: Iterable[Usage] = ()
    ) -> None:
        """`paid` is what each completion stored so far has cost; `price` holds for the first guess alone."""
        self._run_id = run_id
        guess = Usage(*FIRST_TOKENS, cost(price, *FIRST_TOKENS) or 0.0)
        self._accounts = []
        if budget.dollars is not None:
            limit = picodollars(budget.dollars)
            self._accounts.append(_Account(limit, _cost, in_dollars, guess=_cost(guess) or 0))
        if budget.tokens is not None:
            self._accounts.append(_Account(budget.tokens, _tokens, _in_tokens, guess=_tokens(guess) or 0))
        for each in paid:
            self._count(Usage(), each)

    def reserve(self, bound: Usage) -> None:
        """Set `bound` aside; raises Halted, with nothing set aside, when that is more than is left."""
        for account in self._accounts:
            if account.need(bound) > account.left:
                raise Halted(account.refusal(bound, self._run_id))
        for account in self._accounts:
            account.reserve(bound)

    def settle(self, bound: Usage, spent: Usage) -> None:
        """Give a reservation of `bound` back and count what was spent, which may be more or less."""
        for account in self._accounts:
            account.release(bound)
        self._count(bound, spent)

    def _count(self, bound: Usage, spent: Usage) -> None:
        for account in self._accounts:
            account.count(bound, spent)


@dataclass
class _Account:
    """What is spent and reserved of one limit, in whole units; `unbounded` requests hold `guess` each."""

    limit: int
    measure: Callable[[Usage], int | None]
    written: Callable[[int], str]
    guess: int
    guessed: bool = True
    spent: int = 0
    bounded: int = 0
    unbounded: int = 0

    @property
    def reserved(self) -> int:
        return self.bounded + self.unbounded * self.guess

    @property
    def left(self) -> int:
        return self.limit - self.spent - self.reserved

    def need(self, bound: Usage) -> int:
        known = self.measure(bound)
        return self.guess if known is None else known

    def reserve(self, bound: Usage, sign: int = 1) -> None:
        known = self.measure(bound)
        if known is None:
            self.unbounded += sign
        else:
            self.bounded += sign * known

    def release(self, bound: Usage) -> None:
        self.reserve(bound, sign=-1)

    def count(self, bound: Usage, spent: Usage) -> None:
        known = self.measure(spent)
        self.spent += self.need(bound) if known is None else known
        if known is not None:
            self.guess = known if self.guessed else max(self.guess, known)
            self.guessed = False

    def refusal(self, bound: Usage, run_id: str) -> str:
        return (
            f"The budget of {self.written(self.limit)} is used up: {self.written(self.spent)} is spent, "
            f"{self.written(self.reserved)} is reserved for requests in flight, "
            f"{self.written(max(0, self.left))} is left, and the next request may come to "
            f"{self.written(self.need(bound))}. All answers so far are kept; to go on, raise the budget: "
            f"`plumbline run --resume {run_id} --budget …`."
        )


def in_dollars(amount: int) -> str:
    """Picodollars as people read them: cents, and three digits of what is less than a dollar."""
    value = Decimal(amount) / PER_DOLLAR
    return f"${value:,.{max(2, 2 - value.adjusted()) if value else 2}f}"


def _in_tokens(amount: int) -> str:
    return f"{amount:,} tokens"


def _cost(usage: Usage) -> int | None:
    return None if usage.cost is None else picodollars(usage.cost)


def _tokens(usage: Usage) -> int | None:
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    return usage.prompt_tokens + usage.completion_tokens
