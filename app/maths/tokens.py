"""Text to tokens: LaTeX, Unicode and plain ASCII become one small vocabulary."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from app.maths import known, notation, numerals
from app.maths.errors import Fault, ParseError
from app.maths.limits import Limits

_BASED_START = frozenset("0123456789ABCDEF(")
_AFTER_POINT = re.compile(r"\.(?:\d|\(\d|\\(?:overline|bar|dot)\b)")
_LETTERS = re.compile(r"[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_ENVIRONMENT = re.compile(r"\s*\{\s*([A-Za-z]+\*?)\s*\}")
_BRACED = re.compile(r"\s*\{([^{}]*)\}")
_OPENING = re.compile(r"\s*(?:[(_^{'\[]|\\left)")
_NEGATED = re.compile(r"\s*(=|\\in\b)")
_PERCENT = re.compile(r"\\?%(pi|e|i|gamma|phi|catalan|c|k_?\d*|r\d+)(?![A-Za-z])")
_FACED = re.compile(r"\{\s*\\(?:rm|it|bf|sf)\s*(\\?%?[A-Za-z]+)\s*\}")
_SINGLE = re.compile(r"\s*([A-Za-z0-9])")
_MODULUS = re.compile(r"\(\s*(?:\\(?:text|mathrm|operatorname)\s*\{\s*mod\s*\}|\\?[bp]?mod(?![A-Za-z]))")
_ALGEBRA = re.compile(r"\*|[A-Za-z]{2,}\(|\boo\b|\b[A-Z][A-Za-z0-9]+\[")
_MAX_LETTER_RUN = 4
_OPERATORS = {
    first: [(spelling, operator) for spelling, operator in notation.PLAIN_OPERATORS if spelling[0] == first]
    for first in {spelling[0] for spelling, _ in notation.PLAIN_OPERATORS}
}


@dataclass(frozen=True)
class Token:
    """One token: `kind` is number, name, command, operator, begin, finish, word or end.

    `start` is the offset in the text the caller gave. `marked` says that a name came from a command
    (`\\gamma`) or an upright face (`\\mathrm{d}`), not from bare letters.
    """

    kind: str
    text: str
    start: int
    marked: bool = False
    glued: bool = False


def is_algebra_text(text: str) -> bool:
    """Whether the text is written in the syntax of a computer algebra system (rule 2 of `notation`)."""
    return "\\" not in text and _ALGEBRA.search(text) is not None


def tokenise(text: str, limits: Limits) -> list[Token]:
    """The tokens of `text`, ended by one of kind `end`; raises `ParseError` at an unknown character."""
    if len(text) > limits.characters:
        raise ParseError(
            f"the text has {len(text)} characters, the limit is {limits.characters}",
            0,
            "give only the final formula",
            fault="limit",
        )
    return _Tokeniser(text, limits).run()


def _spell_out(text: str) -> tuple[str, list[int]]:
    """The text in ASCII notation, and for each of its characters the offset it came from."""
    spelled: list[str] = []
    origins: list[int] = []
    index = 0
    while index < len(text):
        start = index
        for table, opening in ((notation.SUPERSCRIPTS, "^{"), (notation.SUBSCRIPTS, "_{")):
            if text[index] in table:
                while index < len(text) and text[index] in table:
                    index += 1
                replacement = opening + "".join(table[character] for character in text[start:index]) + "}"
                break
        else:
            replacement = _spell_character(text[index])
            index += 1
        spelled.append(replacement)
        origins.extend([start] * len(replacement))
    return "".join(spelled), origins


def _spell_character(character: str) -> str:
    if character.isascii():
        return character
    if character in notation.CHARACTERS:
        return notation.CHARACTERS[character]
    compatible = unicodedata.normalize("NFKC", character)
    return "".join(notation.CHARACTERS.get(part, part) for part in compatible)


class _Tokeniser:
    def __init__(self, text: str, limits: Limits) -> None:
        self.original = text
        self.text, self.origins = _spell_out(text)
        self.limits = limits
        self.algebra = is_algebra_text(text)
        self.position = 0
        self.brackets = 0
        self.calls: list[str] = []
        self.congruent = False
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        while self.position < len(self.text):
            character = self.text[self.position]
            if character.isspace() or character in "~$":
                self.position += 1
            elif character in _BASED_START and self._based():
                pass
            elif character == "\\":
                self._command()
            elif character.isdigit() or (character == "." and _AFTER_POINT.match(self.text, self.position)):
                self._number()
            elif character.isalpha():
                self._letters()
            elif character == "." and not self.text[self.position + 1 :].strip(" $\n"):
                break
            else:
                self._operator()
            if len(self.tokens) > self.limits.tokens:
                raise self._error(
                    f"the text has more than {self.limits.tokens} tokens",
                    "give only the final formula",
                    "limit",
                )
        self._drop_units()
        if self.congruent:
            self.tokens = [replace(t, text="pmod") if t.text == "mod" else t for t in self.tokens]
        self.tokens.append(Token("end", "", len(self.original)))
        return self.tokens

    def _drop_units(self) -> None:
        """Drop words of measure written as text at the end of a quantity."""
        kept = len(self.tokens)
        while kept and self.tokens[kept - 1].kind == "word" and self.tokens[kept - 1].marked:
            kept -= 1
        if kept and all(token.text.lower() in notation.UNITS for token in self.tokens[kept:]):
            del self.tokens[kept:]

    def _origin(self, position: int) -> int:
        return self.origins[position] if position < len(self.origins) else len(self.original)

    def _error(
        self, what: str, hint: str = "", fault: Fault = "syntax", position: int | None = None
    ) -> ParseError:
        at = self.position if position is None else position
        return ParseError(what, self._origin(at), hint, self.original, fault)

    def _add(self, kind: str, text: str, start: int, marked: bool = False) -> None:
        previous = self.text[start - 1] if start else " "
        glued = previous.isalnum()
        self.tokens.append(Token(kind, text, self._origin(start), marked, glued))
        if kind == "operator":
            self.brackets += {"(": 1, "[": 1, "set{": 1, ")": -1, "]": -1, "set}": -1}.get(text, 0)

    def _based(self) -> bool:
        """Reads a number with its base, where one starts here."""
        if self.position and self.text[self.position - 1].isalnum():
            return False
        numeral = numerals.read_based(self.text, self.position)
        if numeral is not None:
            self._numeral(numeral)
        return numeral is not None

    def _number(self) -> None:
        start = self.position
        numeral = numerals.read(self.text, start, listed=self.brackets > 0)
        if numeral is None:
            raise self._error(f"{self.text[start]!r} is not a digit this grammar reads")
        self._numeral(numeral)

    def _numeral(self, numeral: numerals.Numeral) -> None:
        if len(numeral.digits) > self.limits.digits:
            raise self._error(f"a number has more than {self.limits.digits} digits", fault="limit")
        start, self.position = self.position, numeral.end
        self._add("number", numeral.digits, start)

    def _letters(self) -> None:
        start = self.position
        word = _WORD.match(self.text, start)
        if word and word.group() in notation.WOLFRAM and self.text.startswith("[", word.end()):
            self._add("name", notation.WOLFRAM[word.group()], start)
            self._add("operator", "(", word.end())
            self.calls.append("]")
            self.position = word.end() + 1
            return
        if word and self._known(word.group()):
            self.position = word.end()
            self._add("name", word.group(), start)
            return
        match = _LETTERS.match(self.text, start)
        if match is None:
            raise self._error(f"the letter {self.text[start]!r} is not known", "use Latin or Greek letters")
        run = match.group()
        self.position = match.end()
        if run == "Interval" and self.text.startswith(".", self.position):
            self.position += 1  # SymPy's `Interval.open(a, b)` and its like are called by their last name
            return
        if self._known(run):
            self._add("name", run, start)
        elif run.lower() in notation.WORD_OPERATORS and len(run) > 1:
            self._add("operator", notation.WORD_OPERATORS[run.lower()], start)
        elif len(run) > 1 and run.lower() in notation.PROSE:
            self._add("word", run, start)
        else:
            self._split(run, start)

    def _known(self, run: str) -> bool:
        if len(run) == 1:
            return run.isalpha()
        callee = known.FUNCTIONS.get(run)
        if callee and ((callee.bare and len(run) > 2) or run == "ln" or self._argument_follows(run)):
            return True
        if run in notation.CALL_NAMES:
            return self.text.startswith("(", self.position + len(run))
        if run in notation.CONSTANTS:
            return True
        return run in notation.GREEK and "\\" not in self.text

    def _argument_follows(self, run: str) -> bool:
        return _OPENING.match(self.text, self.position + len(run)) is not None

    def _split(self, run: str, start: int) -> None:
        parts: list[tuple[str, int]] = []
        index = 0
        while index < len(run):
            part = next((name for name in known.GLUED if run.startswith(name, index)), run[index])
            parts.append((part, index))
            index += len(part)
        if len(run) > _MAX_LETTER_RUN and all(len(part) == 1 for part, _ in parts):
            self._add("word", run, start)
            return
        for part, offset in parts:
            self._add("name", part, start + offset)

    def _operator(self) -> None:
        start = self.position
        if self.text[start] == "%" and self._percent(start):
            return
        face = _FACED.match(self.text, start) if self.text[start] == "{" else None
        if face:
            self.position = face.end()
            self._add("name", face.group(1).replace("\\", ""), start, marked=True)
            return
        modulus = _MODULUS.match(self.text, start) if self.text[start] == "(" else None
        if modulus:
            self.position = modulus.end()
            self._add("operator", "pmod(", start)
            return
        for spelling, operator in _OPERATORS.get(self.text[start], ()):
            if self.text.startswith(spelling, start):
                self.position += len(spelling)
                self._add("operator", self._in_call(operator), start)
                return
        symbol = unicodedata.category(self.text[start]) == "Sm"
        raise self._error(
            f"the character {self.text[start]!r} is not known here",
            "remove it or spell it out",
            "unknown" if symbol else "syntax",
        )

    def _in_call(self, operator: str) -> str:
        """The bracket that one means inside a Wolfram call: `f[x]` is f(x), and braces are lists."""
        if not self.calls:
            return operator
        if operator in "([{":
            self.calls.append({"(": ")", "[": "]]", "{": "}"}[operator])
            return "[" if operator == "{" else operator
        if operator in ")]}":
            closed = self.calls.pop()
            return {"]": ")", "}": "]"}.get(closed, operator)
        return operator

    def _command(self) -> None:
        start = self.position
        match = _COMMAND.match(self.text, start)
        if match is None:
            raise self._error("a lone backslash at the end", "remove it")
        name = match.group(1)
        self.position = match.end()
        if name.isspace() or name in notation.LAYOUT_COMMANDS:
            return
        if name in notation.SKIPPED_COMMANDS:
            argument = _BRACED.match(self.text, self.position)
            self.position = argument.end() if argument else self.position
            return
        negated = _NEGATED.match(self.text, self.position) if name == "not" else None
        if negated:
            self.position = negated.end()
            self._add("operator", "!=" if negated.group(1) == "=" else "notin", start)
        elif name == "\\":
            self._add("operator", "\\\\", start)
        elif name in ("left", "right", "middle"):
            self._delimiter(name, start)
        elif name in ("begin", "end"):
            self._environment(name, start)
        elif name == "mathbb":
            self._blackboard(start)
        elif name in notation.STYLE_COMMANDS:
            self._styled(name, start)
        elif name == "%" and self._percent(start):
            return
        elif name in notation.OPERATOR_COMMANDS:
            self.congruent = self.congruent or name == "equiv"
            self._add("operator", notation.OPERATOR_COMMANDS[name], start)
        elif name in ("sqrt", "root"):
            self._add("command", name, start)
        elif name in known.FUNCTIONS or name in notation.CONSTANTS or name in notation.GREEK:
            self._add("name", name, start, marked=True)
        else:
            self._add("command", name, start)

    def _percent(self, start: int) -> bool:
        """Maxima's `%pi` and `\\%k_1` as names; says whether one starts here."""
        constant = _PERCENT.match(self.text, start)
        if constant is None:
            return False
        self.position = constant.end()
        self._add("name", "%" + constant.group(1), start, marked=True)
        return True

    def _delimiter(self, side: str, start: int) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1
        if self.position >= len(self.text):
            raise self._error(f"\\{side} without a bracket", "write the bracket after it", position=start)
        match = _COMMAND.match(self.text, self.position)
        name = match.group(1) if match else self.text[self.position]
        self.position = match.end() if match else self.position + 1
        operator = notation.OPERATOR_COMMANDS.get(name, name) if match else name
        if name == ".":
            operator = f"{side}."
        elif operator in ("|", "bar"):
            operator = {"left": "abs(", "right": "abs)", "middle": "bar"}[side]
        self._add("operator", operator, start)

    def _environment(self, name: str, start: int) -> None:
        match = _ENVIRONMENT.match(self.text, self.position)
        if match is None:
            raise self._error(f"\\{name} without an environment's name", position=start)
        self.position = match.end()
        if match.group(1) == "array" and name == "begin":
            columns = _BRACED.match(self.text, self.position)
            self.position = columns.end() if columns else self.position
        self._add("begin" if name == "begin" else "finish", match.group(1), start)

    def _blackboard(self, start: int) -> None:
        match = _BRACED.match(self.text, self.position) or _SINGLE.match(self.text, self.position)
        letter = match.group(1).strip() if match else ""
        if match is None or letter not in notation.BLACKBOARD:
            raise self._error("\\mathbb is known for R, Z, N, Q and C only", position=start)
        self.position = match.end()
        self._add("name", f"mathbb {letter}", start, marked=True)

    def _styled(self, command: str, start: int) -> None:
        match = _BRACED.match(self.text, self.position) or _SINGLE.match(self.text, self.position)
        if match is None:
            return  # a group with its own structure: the face changes nothing
        self.position = match.end()
        content = match.group(1).strip()
        if command in notation.TEXT_COMMANDS and not self._is_name(content):
            self._words(content, start)
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", content.replace("\\", "").replace(" ", "")):
            name = content.replace("\\", "").replace(" ", "")
            bold = command in ("mathbf", "boldsymbol", "bm", "pmb", "textbf")
            if bold and name in notation.UNIT_VECTORS:
                name = f"unit_{name}"
            self._add("name", f"bold{name}" if bold and name in "HL" else name, start, marked=True)
        elif content.isdigit():
            self._add("number", content, start)
        elif content:
            self.position = match.start(1)
            self._add("operator", "{", start)

    @staticmethod
    def _is_name(content: str) -> bool:
        return content in known.FUNCTIONS or content in notation.CONSTANTS

    def _words(self, content: str, start: int) -> None:
        for word in re.findall(r"[A-Za-z]+", content):
            operator = notation.WORD_OPERATORS.get(word.lower())
            if operator:
                self._add("operator", operator, start)
            elif len(word) == 1 and word != "a":
                self._add("name", word, start, marked=True)
            else:
                self._add("word", word, start, marked=True)
