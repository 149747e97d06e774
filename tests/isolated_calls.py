"""Calls that behave, hang, exhaust memory or die, for workers to run."""

import os
import time
from typing import NoReturn


class Unruly(Exception):
    """An exception that cannot be rebuilt from its arguments on the other side of a pipe."""

    def __init__(self, what: str, where: int) -> None:
        super().__init__(f"{what} at {where}")


def square(number: int) -> int:
    return number * number


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def spin(_: object) -> NoReturn:
    while True:
        pass


def giant_power(base: int) -> int:
    """One call into C that holds the interpreter for hours."""
    power: int = base ** (10**8)
    return len(str(power))


def exhaust_memory(_: object) -> int:
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def allocate(mebibytes: int) -> int:
    """One allocation, as large as asked for."""
    return len(bytearray(mebibytes << 20))


def exhaust_flint(_: object) -> int:
    import flint

    return int(flint.fmpz(7) ** (10**10))


def leave(status: int) -> NoReturn:
    os._exit(status)


def shoot_self(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(60)


def fail(what: str) -> NoReturn:
    raise Unruly(what, 3)


def unpicklable(_: object) -> object:
    return lambda: None


def pid(_: object) -> int:
    return os.getpid()


def misbehave(name: str) -> object:
    """The misdeed called `name`, or the square of a number given as text."""
    deeds = {"spin": spin, "crash": lambda _: leave(7), "memory": lambda _: allocate(1 << 14), "error": fail}
    return deeds[name](name) if name in deeds else square(int(name))
