"""The tokens of the tiny model: byte pairs learnt from its own problems, and its chat template."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

VOCABULARY = 420
SYSTEM, USER, ASSISTANT, END, PADDING = "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|padding|>"
THINK, THOUGHT = "<think>", "</think>"
"""Never written by the model; there so that vLLM's reasoning parsers, which look for them, can be tried."""

SPECIAL = (SYSTEM, USER, ASSISTANT, END, PADDING, THINK, THOUGHT)

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

WORDS = Regex(r" ?\\?[A-Za-z]+|[0-9]| ?[^\sA-Za-z0-9\\]+|\s|\\")
"""Digits stand alone, as arithmetic wants them; a token is never more than one word."""


def learn(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """A tokenizer of `VOCABULARY` tokens that writes any text, since every byte is one of them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(WORDS, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PADDING,
        additional_special_tokens=[SYSTEM, USER, ASSISTANT, THINK, THOUGHT],
        chat_template=CHAT_TEMPLATE,
    )


def exchange(statement: str, answer: str) -> tuple[str, str]:
    """What the chat template makes of a question, and what the model is to write after it."""
    return f"{USER}{statement}{ASSISTANT}", f"$\\boxed{{{answer}}}${END}"
