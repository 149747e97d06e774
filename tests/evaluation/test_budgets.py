"""Budgets read what people write, and a ledger never lets a run spend more than its own."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from app.backends.chat import Halted, Usage
from app.backends.prices import PER_DOLLAR, Price, picodollars
from app.evaluation.budgets import FIRST_TOKENS, Budget, Ledger, check_budget, in_dollars
from app.evaluation.errors import InvalidRequest

DAY = date(2026, 5, 1)
PRICE = Price(since=DAY, input=Decimal(1), output=Decimal(10))


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("2.50", Budget(dollars=2.5)),
        ("$2.50", Budget(dollars=2.5)),
        (" 2.5usd ", Budget(dollars=2.5)),
        ("2.5 USD", Budget(dollars=2.5)),
        ("1,000 dollars", Budget(dollars=1000.0)),
        ("1.5M tokens", Budget(tokens=1_500_000)),
        ("20k tokens", Budget(tokens=20_000)),
        ("20ktokens", Budget(tokens=20_000)),
        ("1 token", Budget(tokens=1)),
        ("1.1M tokens", Budget(tokens=1_100_000)),
    ],
)
def test_what_people_write(text: str, budget: Budget) -> None:
    """Dollars with or without their sign, tokens in thousands or millions; it survives a JSON column."""
    assert Budget.parse(text) == budget
    assert Budget(**asdict(budget)) == budget
    assert Budget.parse(str(budget)) == budget


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "20k",
        "1.5 tokens",
        "2 eur",
        "€2",
        "lots",
        "1e3",
        "0 tokens",
        "nan",
        "9999999",
        "$",
        "१",
    ],
)
def test_what_is_no_budget(text: str) -> None:
    """The error repeats what was written."""
    with pytest.raises(InvalidRequest) as refusal:
        Budget.parse(text)
    assert repr(text) in str(refusal.value)


def test_dollars_need_a_price() -> None:
    """Without a price of that day a budget in dollars is refused, and the error says how to add one."""
    check_budget(Budget(dollars=1.0), "m", [PRICE], DAY)
    check_budget(Budget(tokens=1), "m", [], DAY)
    for prices, day in (([], DAY), ([PRICE], date(2026, 4, 30))):
        with pytest.raises(InvalidRequest, match="--set 'prices="):
            check_budget(Budget(dollars=1.0), "m", prices, day)


def test_the_halt_says_what_is_spent_reserved_and_left_and_how_to_go_on() -> None:
    """A refused reservation leaves the ledger as it was, and its message has every number."""
    ledger = Ledger(Budget(dollars=1.0), "run_1", paid=[Usage(cost=0.25)])
    bound = Usage(cost=0.5)
    ledger.reserve(bound)
    for _ in range(2):
        with pytest.raises(Halted) as halt:
            ledger.reserve(bound)
    for part in ("$1.00", "$0.25", "$0.50", "plumbline run --resume run_1 --budget"):
        assert part in str(halt.value)
    ledger.settle(bound, Usage(cost=0.125))
    ledger.reserve(bound)


def test_both_limits_hold() -> None:
    """With a budget in dollars and tokens, either stops the run, and nothing of the other is set aside."""
    ledger = Ledger(Budget(dollars=1.0, tokens=100), "run_1")
    with pytest.raises(Halted, match="tokens"):
        ledger.reserve(Usage(60, 60, 0.9))
    ledger.reserve(Usage(60, 40, 0.9))
    with pytest.raises(Halted, match=r"\$"):
        ledger.reserve(Usage(0, 0, 0.2))


def test_without_a_bound_the_largest_so_far_is_set_aside() -> None:
    """Before the first answer a stated guess is, priced; after it, the most that a request has come to."""
    unknown = Usage(prompt_tokens=10)
    with pytest.raises(Halted, match=f"come to {sum(FIRST_TOKENS):,} tokens"):
        Ledger(Budget(tokens=10), "run_1").reserve(unknown)
    with pytest.raises(Halted, match=r"come to \$0\.081"):
        Ledger(Budget(dollars=0.01), "run_1", PRICE).reserve(unknown)
    ledger = Ledger(Budget(tokens=100), "run_1", paid=[Usage(5, 5), Usage(10, 20), Usage(1, 1)])
    ledger.reserve(unknown)  # 42 spent, 30 reserved
    with pytest.raises(Halted, match="come to 30 tokens"):
        ledger.reserve(unknown)


def test_what_nobody_told_counts_as_what_was_set_aside() -> None:
    """A reply without usage counts as its bound; a failure that says zeros counts nothing."""
    ledger = Ledger(Budget(tokens=100), "run_1")
    bound = Usage(10, 40)
    for spent in (Usage(), Usage(0, 0, 0.0)):
        ledger.reserve(bound)
        ledger.settle(bound, spent)
    with pytest.raises(Halted, match="50 tokens is spent"):
        ledger.reserve(Usage(10, 41))


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "$0.00"), (PER_DOLLAR * 1234, "$1,234.00"), (PER_DOLLAR // 80, "$0.0125"), (1, "$0.00000000000100")],
)
def test_dollars_as_people_read_them(amount: int, text: str) -> None:
    """Cents, and of less than a dollar the first three digits."""
    assert in_dollars(amount) == text


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=30), st.randoms())
def test_a_resumed_ledger_stands_where_the_first_one_stood(
    paid: list[tuple[int, int]], random: object
) -> None:
    """Whatever the order in which completions are read back, exactly as much is left."""
    usages = [Usage(a, b, a * 1e-7 + b * 3e-7) for a, b in paid]
    total = sum(picodollars(usage.cost or 0.0) for usage in usages)
    left = Usage(cost=(10 * PER_DOLLAR - total) / PER_DOLLAR)
    random.shuffle(usages)  # type: ignore[attr-defined]
    Ledger(Budget(dollars=10.0), "run_1", paid=usages).reserve(left)
    with pytest.raises(Halted):
        Ledger(Budget(dollars=10.0), "run_1", paid=usages).reserve(Usage(cost=(left.cost or 0) + 2e-12))


class Run(RuleBasedStateMachine):
    """Requests that are let out and come back in any order, each costing at most its bound."""

    LIMIT = 1_000
    flying = Bundle("flying")

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(Budget(tokens=self.LIMIT), "run_1")
        self.spent = 0
        self.reserved = 0

    @rule(target=flying, prompt=st.integers(0, 300), completion=st.integers(0, 300))
    def send(self, prompt: int, completion: int) -> Usage:
        bound = Usage(prompt, completion)
        fits = self.spent + self.reserved + prompt + completion <= self.LIMIT
        try:
            self.ledger.reserve(bound)
        except Halted:
            assert not fits
            return Usage(0, 0)  # settles as nothing
        assert fits
        self.reserved += prompt + completion
        return bound

    @rule(bound=consumes(flying), share=st.floats(0, 1))
    def receive(self, bound: Usage, share: float) -> None:
        spent = Usage(bound.prompt_tokens, int(share * (bound.completion_tokens or 0)))
        self.ledger.settle(bound, spent)
        self.reserved -= (bound.prompt_tokens or 0) + (bound.completion_tokens or 0)
        self.spent += (spent.prompt_tokens or 0) + (spent.completion_tokens or 0)

    @invariant()
    def within_the_budget(self) -> None:
        assert self.spent + self.reserved <= self.LIMIT


TestRunsStayWithinTheirBudget = Run.TestCase
