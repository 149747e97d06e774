"""The words that change nothing about a question, and what is left when they are taken away."""

from __future__ import annotations

import re
from typing import Final

from app.problems.audit.errors import Unreadable
from app.problems.audit.segments import MARK


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


COMMON: Final = vocabulary(
    "rewrite reduce compute evaluate find calculate determine what is are s the following a an of in its "
    "your you please value exact exactly closed closed-form form give answer as result expression "
    "simplify simplified simplest fully completely possible express obtain work out derive analytic "
    "analytical analytically symbolic symbolically explicit explicitly problem question task final for by "
    "and also state write provide formula below this it function functions elementary carefully correct "
    "mathematical consider given we have solve let be where with single clearly show steps step working "
    "reasoning using standard any can should must equal equals to if needed necessary all only without no "
    "explanation explanations return latex format known common named basic familiar respect here now "
    "plain"
)
"""Words of a command that never change what is asked."""

_GIVE: Final = r"(?:give|find|state|provide|write|report|present|express|simplify|leave)"
_QUALITY: Final = r"(?:final|exact|simplified|explicit|closed[- ]form)"
_STYLE: Final = (
    r"(?:exact|closed|simplest|simplified|explicit|analytic|symbolic|closed-form|latex)"
    r"(?: and (?:exact|closed|simplified))?"
)
_CONSTANT: Final = r"(?:arbitrary |additive )?(?:constant of integration|integration constant|constant)"
HARMLESS: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\(?\b{_GIVE}\b(?: only)?(?: (?:your|the|an|its|any|one))*(?: {_QUALITY})*"
        r" (?:answer|result|value|solution|expression)s?"
        rf"(?: (?:in|as|to) (?:an? |its )?(?:single )?{_STYLE}"
        r"(?: (?:form|expression|value|formula|as possible))?)?"
        r"\)?(?=\s*(?:[.,;:)]|\Z))",
        r"\bgive (?:its|the) (?:exact )?value(?: in closed form)?",
        r"\b(?:the answer is (?:wanted|determined) )?(?:only )?"
        r"up to (?:an|the|a)?\s*(?:additive|arbitrary|integration)?\s*constant(?: of integration)?",
        r"\b(?:use|do not (?:forget|include|add)|include|add|omit|ignore|ignoring|you may omit|without)"
        rf"(?: (?:an? )?{MARK} (?:for|as|to denote))?(?: the| an)? {_CONSTANT}(?: {MARK})?",
        r"\banswer with (?:any one|an) antiderivative",
        r"\bgive an antiderivative",
        r"\bshow (?:all )?(?:your|the) (?:work|steps|working|reasoning)",
        r"\bexpress (?:your|the) (?:final )?answer in (?:exact|closed|simplest) form",
        r"\bin (?:terms of )?(?:closed form|elementary functions|exact form|simplest form|closed-form)",
        r"\bgive the simplest equal expression you can find",
        r"\bwithout (?:using )?numerical approximations?",
        r"\b(?:or|,) (?:state|show|say|explain|prove|determine) (?:that|why|whether|if) it"
        r" (?:diverges|does not (?:exist|converge))",
        r"\bdetermine (?:whether|if) the (?:\w+ )?(?:series|integral|sum) (?:converges|is convergent)"
        r"(?: or diverges)?"
        r"(?:,? and (?:if so,? )?(?:find|compute|evaluate)(?: its (?:sum|value))?)?",
        r"\bif (?:it|the limit|the integral) (?:exists|converges)",
        rf"\bin terms of {MARK}(?:(?:,? and|,) {MARK})*",
        r"\b(?:use|using|by|apply|applying|with) (?:the )?(?:method of )?(?:l['’]?h[oô]s?pital['’]?s? rule"
        r"|integration by parts|(?:trigonometric )?substitution|partial fractions?|(?:the )?residue theorem"
        r"|residues|contour integration|squeeze theorem|undetermined coefficients|variation of parameters"
        r"|separation of variables|laplace transforms?|taylor (?:series|expansions?))",
        r"\bthat is, ",
        r"\b(?:as simply as possible|step by step|in full)\b",
    )
)
"""Clauses that ask for a form of the answer, or for politeness' sake."""


def without_harmless(prose: str) -> str:
    """The prose without the clauses that change nothing."""
    for pattern in HARMLESS:
        prose = pattern.sub(" ", prose)
    return " ".join(prose.split())


def words_of(prose: str) -> list[str]:
    """The words and numbers that stand in the prose, without marks."""
    return re.findall(r"[a-z]+(?:-[a-z]+)*|\d+", re.sub(MARK, " ", prose.lower()))


def require_known(prose: str, vocabulary: frozenset[str]) -> None:
    """Unreadable where a word is left whose effect on the question is not known."""
    unknown = [word for word in words_of(prose) if word not in vocabulary and word not in COMMON]
    if unknown:
        raise Unreadable("wording", f"the word {unknown[0]!r} may change what is asked")
