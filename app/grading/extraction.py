"""Finds the final answer in a completion: the last box, else the stated answer, else the last formula."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from app.grading.answer_kinds.units import is_unit
from app.grading.markup import Piece, boxes, formulas, plain_spelling, tidy, without_dollars
from app.grading.programs import is_program

Where = Literal["box", "statement", "conclusion", "formula", "text", "nothing", "cut off"]

BARE_CHARACTERS = 400
"""A text of one line up to this length may be a bare answer as a whole."""

LONG_GAP = 200
"""Two boxes with more text than this between them: the later is the result of further work."""

LONGEST_PROGRAM = 4000

LAST_WORDS = 600
"""Characters at the end in which a check of the answer is looked for."""

LOOK_BACK = 100_000
"""Only so many characters at the end of a completion are looked at; final answers stand at the end."""

_LOCAL = 80


@dataclass(frozen=True)
class Extraction:
    """The final answer found in a completion.

    `text` is the answer without delimiters, `where` says what it was taken from, `span` is its place in the
    completion (start, end). `rivals` are other final answers that the completion gives and does not take
    back: a right completion has only right ones. `note` says in words what was done.
    """

    text: str
    where: Where
    span: tuple[int, int]
    note: str
    rivals: tuple[str, ...] = ()


_TAG = re.compile(r"<(answer|final_answer|final|result|solution)>", re.I)
_JSON = re.compile(
    r"[{,]\s*[\"'](?:final[_ ]?)?(?:answer|result|solution)[\"']\s*:\s*(?:\"((?:[^\"\\]|\\.)*)\""
    r"|([^\s,}\"][^,}\n]*))",
    re.I,
)
_FENCE_AT_END = re.compile(r"```[a-zA-Z]*[ \t]*\n([^`]*?)\n?```\s*\Z")
_PROGRAM = re.compile(r"```(?:python|py)\s*\n([^`]{1,4000}?)\n?```\s*\Z")
_BOLD = re.compile(r"(?<![\w)\]}*])\*\*(?=[^\s*])([^*\n]{1,120}?)(?<=\S)\*\*(?![\w(*])")
_THINKING = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_THOUGHT_END = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>", re.S | re.I)
_FENCE = re.compile(r"```[a-zA-Z]*[ \t]*\n(.*?)(?:```|\Z)", re.S)
_STATEMENT = re.compile(
    r"(?:\*\*)?\b(?:(?:final answer|the correct answer|the answer|answer|final result)\b(?:\*\*)?"
    r"(?: (?:is|equals)\b(?: (?:therefore|thus|then|given by))?| ?(?=[:=])|(?= ?\n))"
    r"|the solutions? (?:is|are)\b)"
    r"[ \t]{0,4}[:=]?|####"
    r"|(?:最终)?(?:答案|答)\s*(?:是|为|為|：|:)+|(?:故|应|因此|所以)?选(?:择)?\s*[：:]?(?=\s*\(?[A-H])|答えは|답은|정답은|답\s*:"
    r"|\b(?:la )?(?:r[ée]ponse(?: finale)?|soluci[oó]n|respuesta(?: final)?|resposta(?: final)?"
    r"|risposta(?: finale)?|soluzione)\s*"
    r"(?:est|es|é|è|:)+"
    r"|\b(?:die )?(?:antwort|endergebnis|lösung|ergebnis)\s*(?:ist|lautet|:)+|(?:ответ|итого)\s*:?",
    re.I,
)
_CONCLUSION = re.compile(
    r"\b(?:therefore|thus|hence|so|in conclusion|we (?:get|obtain|find|conclude))\b", re.I
)
_CORRECTION = re.compile(
    r"\b(?:wait|actually|correction|corrected|mistake|error|instead|re-?check\w*|re-?consider\w*|rather|"
    r"should (?:be|have been)|not right|wrong|oops|sorry)\b",
    re.I,
)
_RESULT = re.compile(
    r"\b(?:therefore|thus|hence|finally|final|in total|total|altogether|combining|adding|"
    r"multiplying|substituting|simplif\w+|so the|which gives|overall|conclu\w+)\b",
    re.I,
)
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|possibly|alternatively|could (?:also )?be|might be|either|not sure|i guess)\b", re.I
)
_NO_LEAD = re.compile(
    r"\b(?:no|not|none|yes|true|false|does|because|since|as|where|when)\b|\d|\([A-Za-z]\)|\b[A-Z]\s*[:.)]",
    re.I,
)
_ASIDE = re.compile(
    r"\b(?:where|here|for|when|whenever|with|since|because|as|if|provided|assuming|valid|check|verif\w+)\b",
    re.I,
)
_SENTENCE_WITH_VALUE = re.compile(
    r"(?:the|this|my|its?|so|hence|thus|we)\b[^=$\\]{0,80}?\b(?:is|are|equals|gives|get|obtain)"
    r"(?: equal to| just)? (?!not\b)",
    re.I,
)
_CONNECTOR = re.compile(
    r"(?:[\s,;&$.]|\\[,;:! ()\[\]]|\\q?quad|\\text\s*\{\s*(?:and|or)\s*\}|\b(?:and|or)\b|"
    r"(?:[A-Za-z]|\\[a-z]+)(?:_\{?\w+\}?|'+)?(?:\(\w\))?\s*=)*",
)
_LABEL = re.compile(r"((?:[A-Za-z]|\\[a-zA-Z]+)(?:_\{?\w+\}?|'+)?(?:\(\w\))?\s*=)\s*\$?\s*\Z")
_JOINER = re.compile(
    r"[\s,;]*(?:\((?:with )?(?:multiplicity \w+|double|repeated)(?: root)?\)[\s,;]*)?"
    r"(?:\b(?:and|or|maybe|perhaps|possibly)\b[\s,]*)*",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:false|not true|not the case|untrue|incorrect|wrong|deny|doubt)\s+(?:that|to say)\b[^.!?,;]*\Z",
    re.I,
)
_OR_ELSE = re.compile(
    r"\A\W*or\b(?!\s+(?:equivalently|about|approximately|roughly|in other words|simply))[^.!?]*\Z", re.I
)
_UNIT_AFTER = re.compile(r"[A-Za-z]+(?:(?: per |/| )[A-Za-z]+){0,2}(?:\s*\^?\s*\{?\d\}?|[²³])?\.?")
_BULLET = re.compile(r"[-*•]\s+(?=\S{1,40}\Z)")
_ASSIGNMENT = re.compile(r"[A-Za-z]\w{0,3}\s*=\s*[^=\n]{1,60}")
_SENTENCE_END = re.compile(r"(?<=[^\d\s])[.!?](?=\s|$)|(?<=\d)[.!?](?=\s+[A-Z(]|\s*$)|\n\s*\n")
_PROSE = re.compile(r"[A-Za-z]{2,}")


def find(text: str) -> Extraction:
    """The final answer of `text`, which may be a bare answer or a whole completion."""
    visible, offset = _visible(text)
    for look in (
        _from_program,
        _from_boxes,
        _from_tag,
        _from_json,
        _from_statement,
        _from_bare_text,
        _from_fence,
        _from_conclusion,
        _from_emphasis,
        _from_last_formula,
    ):
        found = look(visible)
        if found is not None:
            start, end = found.span
            return Extraction(
                found.text, found.where, (start + offset, end + offset), found.note, found.rivals
            )
    return Extraction("", "nothing", (len(text), len(text)), "no final answer was found")


def _visible(text: str) -> tuple[str, int]:
    """The end of the completion with its thinking blanked out, and the offset at which it begins."""
    offset = max(0, len(text) - LOOK_BACK)
    text = text[offset:]
    closed = _THOUGHT_END.match(text)
    if closed:
        text = " " * closed.end() + text[closed.end() :]
    return _THINKING.sub(lambda block: " " * len(block.group()), text), offset


# Boxes


def _from_boxes(text: str) -> Extraction | None:
    found, cut = boxes(text)
    if found and not any(box.text for box in found):
        return Extraction("", "nothing", (found[-1].start, found[-1].end), "the box is empty")
    found = [box for box in found if box.text]
    if not found:
        if cut is None:
            return None
        return Extraction(cut.text, "cut off", (cut.start, cut.end), "the text ends inside its box")
    last = found[-1]
    group = _last_group(text, found)
    if len(group) > 1:
        joined = ", ".join(_labelled(text, box) for box in group)
        note = f"{len(group)} boxes side by side, taken together as one answer"
        return Extraction(joined, "box", (group[0].start, last.end), note)
    rivals = _rivals(text, found)
    note = "the last box" if len(found) > 1 else "the box"
    if rivals:
        note += f"; {len(rivals)} other boxed answer(s) are not taken back"
    return Extraction(last.text, "box", (last.start, last.end), note, rivals)


def _last_group(text: str, found: list[Piece]) -> list[Piece]:
    """The last found that only connecting words and labels stand between: parts of one answer."""
    group = [found[-1]]
    for box in reversed(found[:-1]):
        between = text[box.end : group[0].start]
        if len(between) > _LOCAL or not _CONNECTOR.fullmatch(between) or "\n\n" in between:
            break
        group.insert(0, box)
    return group if len({plain_spelling(box.text) for box in group}) > 1 else group[-1:]


def _labelled(text: str, box: Piece) -> str:
    """The box's content with the `x =` that stands before the box, if the content has none."""
    label = _LABEL.search(text[max(0, box.start - _LOCAL) : box.start])
    return f"{label.group(1)} {box.text}" if label and "=" not in box.text else box.text


def _rivals(text: str, found: list[Piece]) -> tuple[str, ...]:
    """Earlier found with another content that no correction, conclusion or further work separates."""
    rivals: list[str] = []
    later = found[-1]
    for box in reversed(found[:-1]):
        between = text[box.end : later.start]
        superseded = len(between) > LONG_GAP or _CORRECTION.search(between) or _RESULT.search(between)
        if superseded and not _HEDGE.search(between):
            break
        if plain_spelling(box.text) not in {plain_spelling(rival) for rival in (found[-1].text, *rivals)}:
            rivals.append(box.text)
        later = box
    return tuple(rivals)


# Tags, data, statements, conclusions, formulas


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _from_program(text: str) -> Extraction | None:
    """The program that a completion is, or ends with in a code fence."""
    found = _last(_PROGRAM, text)
    if found is None:
        whole = text.strip()
        if not is_program(whole) or len(whole) > LONGEST_PROGRAM:
            return None
        start = text.index(whole)
        return Extraction(whole, "text", (start, start + len(whole)), "the whole text, a program")
    return (
        Extraction(found[1].strip(), "text", found.span(1), "the program at the end")
        if is_program(found[1])
        else None
    )


def _from_tag(text: str) -> Extraction | None:
    """What the last `<answer>` holds."""
    found = _last(_TAG, text)
    if found is None:
        return None
    end = text.find(f"</{found[1]}>", found.end())
    end = len(text) if end < 0 else end
    return Extraction(
        tidy(without_dollars(text[found.end() : end])), "statement", (found.end(), end), "the answer tag"
    )


def _from_json(text: str) -> Extraction | None:
    """The value of `"answer"` in an object of JSON."""
    found = _last(_JSON, text)
    if found is None:
        return None
    value = found[1] if found[1] is not None else found[2]
    value = value.replace("\\\\", "\\") if found[1] is not None else value
    return Extraction(tidy(without_dollars(value)), "statement", found.span(), "the field “answer”")


def _from_fence(text: str) -> Extraction | None:
    """The one line of a code fence at the end."""
    found = _FENCE_AT_END.search(text)
    if found is None or "\n" in found[1].strip() or not found[1].strip():
        return None
    return Extraction(tidy(found[1]), "text", found.span(1), "the code at the end")


def _from_emphasis(text: str) -> Extraction | None:
    """The last value in bold, when no formula follows it: `There are **17** of them.`"""
    found = _last(_BOLD, text)
    if found is None or any(piece.start > found.start() for piece in formulas(text)):
        return None
    value = tidy(without_dollars(found[1].strip()))
    lead = _SENTENCE_WITH_VALUE.match(value)
    value = tidy(value[lead.end() :]) if lead else value
    return Extraction(value, "conclusion", found.span(1), "the last emphasis") if value else None


def _from_statement(text: str) -> Extraction | None:
    """What follows the last "the final answer is", "Answer:" or "####" that something follows."""
    for statement in reversed(list(_STATEMENT.finditer(text))):
        tail, start = _tail(text, statement.end())
        denied = _DENIED.search(text, max(0, statement.start() - _LOCAL), statement.start())
        if tail and denied is not None:
            span = (denied.start(), start + len(tail))
            return Extraction(text[slice(*span)], "statement", span, "an answer that the text denies")
        if tail:
            return _stated(tail, start, "statement", f"what follows “{statement.group().strip()}”")
    return None


def _from_conclusion(text: str) -> Extraction | None:
    """The last formula, when it stands in a sentence that begins a conclusion."""
    text = _without_check(text)
    found = formulas(text)
    words = list(_CONCLUSION.finditer(text, 0, found[-1].start)) if found else []
    if not words:
        return None
    word = words[-1]
    if _SENTENCE_END.search(text, word.end(), found[-1].start) is not None:
        return None
    concluded = [piece for piece in found if piece.start >= word.end()]
    return _joined(text, concluded, "conclusion", f"the formula after “{word.group()}”")


def _without_check(text: str) -> str:
    """The text without sentences at its end that only confirm the answer."""
    check = _CHECK.search(text, max(0, len(text) - LAST_WORDS))
    return text[: check.start()] if check is not None and formulas(text[: check.start()]) else text


def _from_last_formula(text: str) -> Extraction | None:
    text = _without_check(text)
    found = formulas(text)
    if found:
        return _joined(text, found, "formula", "the last formula")
    line = text.strip().rpartition("\n")[2].strip()
    if not line:
        return None
    sentence = tidy(line)
    lead = _SENTENCE_WITH_VALUE.match(sentence)
    if lead is not None:
        place = text.rindex(line)
        span = (place, place + len(line))
        return Extraction(
            tidy(sentence[lead.end() :]), "text", span, f"what follows “{lead.group().strip()}”"
        )
    start = text.rindex(line)
    told = _last_quantity(line)
    if told is not None:
        place = start + line.index(told)
        return Extraction(told, "formula", (place, place + len(told)), "the last number of the last sentence")
    value = line.rpartition("=")[2].strip()
    if "=" in line and value and not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", value):
        place = start + line.rindex(value)
        note = "what follows the last equals sign"
        return Extraction(tidy(value), "formula", (place, place + len(value)), note)
    return Extraction(tidy(line), "text", (start, start + len(line)), "the last line")


def _last_quantity(line: str) -> str | None:
    """The last number of the last sentence of prose, with its unit, unless the sentence denies or doubts."""
    sentence = [part for part in _SENTENCE_END.split(line) if part and part.strip()][-1]
    if (
        len(_PROSE.findall(sentence)) < 3
        or sum(map(str.islower, _PROSE.findall(sentence))) < 2
        or _SIGNS.search(sentence)
        or _NEGATION.search(sentence)
        or _HEDGE.search(sentence)
    ):
        return None
    found = _last(_QUANTITY, sentence)
    if found is None:
        return None
    unit = _UNIT_WORDS.match(sentence, found.end())
    return found.group() + (unit.group() if unit and is_unit(unit.group()) else "")


def _from_bare_text(text: str) -> Extraction | None:
    """The whole text when it is one short line (or one formula) and no more."""
    stripped = text.strip()
    fence = _FENCE.fullmatch(stripped)
    stripped = fence.group(1).strip() if fence else stripped
    if not stripped or (len(stripped) > BARE_CHARACTERS and _PROSE.search(stripped)):
        return None
    start = text.index(stripped)
    span = (start, start + len(stripped))
    found = formulas(stripped)
    bold = _BOLD.search(stripped)
    if bold is not None and _PROSE.search(stripped[: bold.start()]):
        return None
    if found:
        outside = _blanked(stripped, found)
        unit = len(found) == 1 and found[0].start == 0 and _UNIT_AFTER.fullmatch(outside.strip())
        if (len(found) > 1 and not _JOINER.fullmatch(outside.strip())) or (
            _PROSE.search(outside) and not unit
        ):
            return None
        return Extraction(tidy(without_dollars(stripped)), "text", span, "the whole text")
    lines = [line.strip() for line in stripped.splitlines() if line.strip()]
    if len(lines) > 1 and all(_BULLET.match(line) for line in lines):
        return Extraction(
            ", ".join(_BULLET.sub("", line) for line in lines), "text", span, "the items of the list"
        )
    if len(lines) > 1 and all(_ASSIGNMENT.fullmatch(line) for line in lines):
        return Extraction(
            ", ".join(lines), "text", span, f"the {len(lines)} lines, each with the value of a name"
        )
    if ("\n" in stripped and "\\begin" not in stripped) or (_CONCLUSION.search(stripped) and "=" in stripped):
        return None
    sentence = tidy(stripped)
    lead = _SENTENCE_WITH_VALUE.match(sentence)
    if lead is None and _last_quantity(stripped) is not None:
        return None
    if lead is not None:
        note = f"what follows “{lead.group().strip()}”"
        return Extraction(tidy(sentence[lead.end() :]), "text", span, note)
    return Extraction(sentence, "text", span, "the whole text")


def _tail(text: str, start: int) -> tuple[str, int]:
    """The rest of the line after `start`, or the next line, with a formula that begins there whole."""
    rest = text[start:]
    lead = len(rest) - len(rest.lstrip(" \t\n:"))
    if rest.startswith("**", lead) and "**" not in rest[lead + 2 :].partition("\n")[0]:
        lead = len(rest) - len(rest[lead + 2 :].lstrip(" \t\n:"))  # the end of an emphasis before it
    body = rest[lead:]
    first = next(iter(formulas(body[:BARE_CHARACTERS])), None)
    place = first.end if first is not None and "\n" not in body[: first.start] else 0
    end = body.find("\n", place)
    return (body if end < 0 else body[:end]).strip(), start + lead


_TRAILING = re.compile(r"(?:[。．！]|です|でした|입니다|이다)+.*\Z", re.S)
_COUNTED = re.compile(r"[^\d$\\]*[\u3040-\u9fff]\s*([+-]?\d+(?:\.\d+)?(?:/\d+)?)\s*[\u3040-\u9fff]*")
_NEGATION = re.compile(
    r"\b(?:than|least|most|between|divisible|multiples?|not|no|never|neither|cannot|without|except|instead|wrong|false)\b|n't\b",
    re.I,
)
_SIGNS = re.compile(r"[\\^_{}*<>=|\"'\[\]()+]|,,|\b(?:sin|cos|tan|exp|log|ln|sqrt|pi|alpha|beta|gamma)\b")
_QUANTITY = re.compile(
    r"(?<![\w.])[-−+]?[$€£]?\d[\d,]*(?:\.\d+)?(?:\s?[/:]\s?\d+)?(?:\s?%|\s?[ap]\.?m\.?(?![a-z]))?(?![\w^])"
)
_UNIT_WORDS = re.compile(r"\s+[A-Za-z]+(?:\s+per\s+[A-Za-z]+)?")
_CHECK = re.compile(
    r"(?:(?<=[.!?$\])])\s+|\n\s*)(?:(?:This|It|which|as)\s+(?:satisfies|agrees|matches|holds|checks"
    r"|is consistent|can be verified|required)"
    r"|(?:Quick )?(?:Check|Verification|Verify|Note that|Indeed|Sanity check)\b)(?:(?!\b(?:answer"
    r"|therefore|hence|thus)\b).)*\Z",
    re.S | re.I,
)
_QUOTE = re.compile(r"\A>+\s*")


def _stated(tail: str, start: int, where: Where, note: str) -> Extraction:
    tail = _TRAILING.sub("", _QUOTE.sub("", tail))
    found = formulas(tail)
    if found and _is_lead(tail[: found[0].start]):
        run = [found[0]]
        for formula in found[1:]:
            if not _joins(tail[run[-1].end : formula.start]):
                break
            run.append(formula)
        taken = _together(tail, run, where, note, start)
        rest = tail[run[-1].end :]
        unit = _UNIT_AFTER.fullmatch(rest.strip())
        if unit is not None and is_unit(rest):
            return replace(taken, text=f"{taken.text} {rest.strip()}")
        others = [
            formula.text for formula in found[len(run) :] if _OR_ELSE.match(tail[run[-1].end : formula.start])
        ]
        return replace(taken, rivals=tuple(others[:1]))
    counted = _COUNTED.fullmatch(tail)
    if counted is not None:
        return Extraction(counted[1], where, (start, start + len(tail)), note)
    sentence = _SENTENCE_END.search(tail)
    end = sentence.start() if sentence else len(tail)
    return Extraction(tidy(without_dollars(tail[:end])), where, (start, start + end), note)


def _is_lead(text: str) -> bool:
    """Whether the words before the first formula only lead up to it ("the value", "x =")."""
    return not (_HEDGE.search(text) or _NO_LEAD.search(text))


def _joined(text: str, found: list[Piece], where: Where, note: str) -> Extraction:
    """The last formula together with those that only a comma, "and" or "or" stands between."""
    while len(found) > 1 and _is_aside(between := text[found[-2].end : found[-1].start]):
        if _OR_ELSE.match(between):
            taken = _joined(text, found[:-1], where, note)
            return replace(taken, rivals=(*taken.rivals, found[-1].text))
        found = found[:-1]
    run = [found[-1]]
    for formula in reversed(found[:-1]):
        between = text[formula.end : run[0].start]
        if not between.strip() or not _joins(between) or "\n\n" in between:
            break
        run.insert(0, formula)
    return _together(text, run, where, note, 0)


def _together(text: str, run: list[Piece], where: Where, note: str, offset: int) -> Extraction:
    content = run[0].text if len(run) == 1 else without_dollars(text[run[0].start : run[-1].end])
    return Extraction(content, where, (offset + run[0].start, offset + run[-1].end), note)


def _is_aside(between: str) -> bool:
    """Whether the words before a formula make it a remark on the formula before ("where C is …")."""
    return _ASIDE.search(between) is not None and _SENTENCE_END.search(between) is None


def _joins(between: str) -> bool:
    return len(between) <= _LOCAL and _JOINER.fullmatch(between) is not None


def _blanked(text: str, found: list[Piece]) -> str:
    for formula in found:
        text = text[: formula.start] + " " * (formula.end - formula.start) + text[formula.end :]
    return text
