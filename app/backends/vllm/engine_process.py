"""vLLM's engine in a process of its own: questions come in as JSON lines, answers go out when complete.

A program by itself, run by its path with an interpreter that has vLLM and need not have Plumbline; so it
imports nothing of ours. Its arguments are those of vLLM's engine. It reads from standard input

    {"id": 1, "messages": […], "sampling": {"temperature": 0, …}}     a question
    {"drop": 1}                                                       nobody waits for it any more

and writes to standard output `{"ready": {"max_model_len": …}}` once, then for each question one of

    {"id": 1, "text": …, "reasoning": …, "finish_reason": …, "prompt_tokens": …, "completion_tokens": …}
    {"id": 1, "error": …}

and `{"dead": …}` when the engine is. It ends with its input. vLLM's own output goes to standard error.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
import threading
from typing import Any


def main() -> None:
    """Answer until the input ends, or the engine is dead."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed, here or by vLLM's processes, is no answer
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8")  # the log has it when the engine dies
    asyncio.run(Engine(answers).serve(sys.argv[1:]))


class Engine:
    """One engine and the questions it is working on."""

    def __init__(self, answers: Any) -> None:
        self._answers = answers
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ended = asyncio.Event()

    async def serve(self, arguments: list[str]) -> None:
        """Start the engine and answer what is asked."""
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.v1.engine.async_llm import AsyncLLM

        options = AsyncEngineArgs.from_cli_args(
            AsyncEngineArgs.add_cli_args(_argument_parser()).parse_args(arguments)
        )
        self._engine = AsyncLLM.from_engine_args(options)
        try:
            tokenizer = self._engine.get_tokenizer()
            self._tokenizer = await tokenizer if inspect.isawaitable(tokenizer) else tokenizer
            self._reasoning = _reasoning_parser(options.reasoning_parser, self._tokenizer)
            model = self._engine.model_config
            self._longest = model.max_model_len
            self._defaults = model.get_diff_sampling_param()  # what the model's authors recommend
            self._say(ready={"max_model_len": self._longest})
            threading.Thread(target=self._listen, args=(asyncio.get_running_loop(),), daemon=True).start()
            await self._ended.wait()
        finally:
            self._engine.shutdown()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hands every line of the input to the loop; a thread, since a pipe is read by waiting."""
        for line in sys.stdin.buffer:
            loop.call_soon_threadsafe(self._take, json.loads(line))
        loop.call_soon_threadsafe(self._ended.set)

    def _take(self, request: dict[str, Any]) -> None:
        if "drop" in request:
            if task := self._tasks.get(request["drop"]):
                task.cancel()
            return
        task = asyncio.create_task(self._answer(request))
        self._tasks[request["id"]] = task
        task.add_done_callback(lambda _: self._tasks.pop(request["id"]))

    async def _answer(self, request: dict[str, Any]) -> None:
        """Answers one question; what is wrong with it alone is said of it alone."""
        from vllm.v1.engine.exceptions import EngineDeadError

        try:
            self._say(id=request["id"], **await self._generate(request))
        except EngineDeadError as error:
            self._say(dead=str(error))
            self._ended.set()
        except Exception as error:
            self._say(id=request["id"], error=_said(error))

    async def _generate(self, request: dict[str, Any]) -> dict[str, Any]:
        from vllm.sampling_params import RequestOutputKind, SamplingParams

        text = self._tokenizer.apply_chat_template(
            request["messages"], tokenize=False, add_generation_prompt=True
        )
        tokens = self._tokenizer.encode(text, add_special_tokens=False)
        if len(tokens) >= self._longest:
            raise ValueError(
                f"The prompt has {len(tokens)} tokens, and the model takes {self._longest} with the answer."
            )
        sampling = {"max_tokens": self._longest - len(tokens), **self._defaults, **request["sampling"]}
        parameters = SamplingParams(**sampling, output_kind=RequestOutputKind.FINAL_ONLY)
        last: Any = None
        async for last in self._engine.generate(  # noqa: B007 (only the last one is whole)
            {"prompt_token_ids": tokens}, parameters, str(request["id"])
        ):
            pass
        [output] = last.outputs
        reasoning, answer = self._reasoning(output.text)
        return {
            "text": answer or "",
            "reasoning": reasoning,
            "finish_reason": output.finish_reason,
            "prompt_tokens": len(tokens),
            "completion_tokens": len(output.token_ids),
        }

    def _say(self, **message: Any) -> None:
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()


def _argument_parser() -> Any:
    try:
        from vllm.utils.argparse_utils import FlexibleArgumentParser
    except ImportError:  # before 0.12
        from vllm.utils import FlexibleArgumentParser
    return FlexibleArgumentParser()


def _reasoning_parser(name: str | None, tokenizer: Any) -> Any:
    """A function that takes the reasoning off a text: it gives the reasoning and the answer."""
    if not name:
        return lambda text: (None, text)
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
    from vllm.reasoning import ReasoningParserManager

    parser = ReasoningParserManager.get_reasoning_parser(name)(tokenizer)
    return lambda text: parser.extract_reasoning(text, ChatCompletionRequest(messages=[]))


def _said(error: BaseException) -> str:
    """What an error says, with that of its cause where it only wraps one."""
    cause = error.__cause__
    return str(error) or (str(cause) if cause else "") or type(error).__name__


if __name__ == "__main__":  # vLLM's processes import this file again
    main()
