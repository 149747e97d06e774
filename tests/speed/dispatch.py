"""Samples a second, CPU and memory: `plumbline run`, other harnesses and bare loops on one mock server.

    .venv/bin/python -m tests.speed.dispatch [--only us,bare] [--setting 1,2,3] [--samples N] [--rounds N]

Each contender asks a fresh mock model (`tests/mock_model`, a process of its own) the problems of core-mini
over and over, with answers of 1 kB, about half of them right, and is measured as a whole command by
`measured.py`. The bare loop runs once more before each of them, so that its rate is of the same minute:
shares of it hold where other work moves the figures. Other harnesses get environments of their own in
`.venv-speed/`, made here.

Columns: samples a second over the whole command, with start-up, storing and grading; in brackets from the
first request to the last, seen by the server; that as a share of the bare loop's; CPU seconds (user and
system, of all its processes) for 1,000 samples; start-up until the first request; peak resident memory of
the main process and summed over all (shared pages count in each).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from tests.live import PLUMBLINE, environment, plumbline
from tests.mock_model import MockModel, number
from tests.mock_model.replies import FILLER

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ENVIRONMENTS = ROOT / ".venv-speed"
SET = ROOT / "benchmarks" / "core-mini" / "problems.jsonl"
CHARACTERS = 900
"""Of each prompt and each answer, so that bodies have about 1 kB."""
PINNED = {
    "inspect": ("inspect_ai==0.3.285", "openai>=3,<4"),
    "lm-eval": ("lm_eval[api]==0.4.13",),
}


@dataclass(frozen=True)
class Setting:
    """How much is asked, how much at once, and how long the model thinks."""

    samples: int
    at_once: int
    latency: float

    def __str__(self) -> str:
        return f"{self.samples:,} at {self.at_once:,}, {self.latency * 1000:.0f} ms"


SETTINGS = (Setting(2_000, 64, 0.1), Setting(10_000, 512, 0.1), Setting(10_000, 1_000, 1.0))


@dataclass(frozen=True)
class Figures:
    """What one contender took at one setting."""

    samples: int
    answered: int
    whole: float
    out: float
    cpu: float
    start: float
    main: float
    tree: float


@dataclass(frozen=True)
class Job:
    """One measurement: where the server is, how much to ask, and a folder to work in."""

    url: str
    setting: Setting
    folder: Path

    @property
    def prompts(self) -> Path:
        """JSONL of `prompt` and `answer`, one line a sample."""
        return self.folder / "prompts.jsonl"


Command = tuple[Sequence[str | Path], dict[str, str]]


@dataclass(frozen=True)
class Contender:
    """How a contender is set up and started; `most` caps its samples where it is known to be slow."""

    name: str
    command: Callable[[Job], Command]
    most: int = 10**9
    environment: str = ""


def us(job: Job) -> Command:
    """`plumbline run` with all settings as they come, on a fresh SQLite database that holds core-mini."""
    variables = environment(job.folder / "plumbline")
    repetitions = next(r for r in (16, 8, 4, 2, 1) if job.setting.samples % r == 0)
    add = ["models", "add", "mock", "--base-url", job.url, "--set", f"concurrency={job.setting.at_once}"]
    add += [
        "--set",
        f"system={FILLER * 8}",
    ]  # prompts are shorter than those of the others: now bodies are 1 kB
    for words in (["db", "upgrade"], ["problems", "publish", "core-mini"], add):
        done = plumbline(variables, *words)
        if done.returncode:
            raise SystemExit(done.stderr)
    run = ["run", "--model", "mock", "--problem-set", "core-mini", "--json"]
    amount = ["--limit", str(job.setting.samples // repetitions), "--repetitions", str(repetitions)]
    return [PLUMBLINE, *run, *amount], variables


def bare(job: Job) -> Command:
    """asyncio, uvloop, aiohttp."""
    return _loop("bare_aiohttp.py", job)


def openai(job: Job) -> Command:
    """asyncio and the openai package."""
    return _loop("bare_openai.py", job)


def _loop(script: str, job: Job) -> Command:
    path = HERE / "contenders" / script
    return [sys.executable, path, job.url, job.prompts, str(job.setting.at_once)], dict(os.environ)


def inspect(job: Job, *options: str) -> Command:
    """inspect_ai as its documentation says, for a server that speaks OpenAI's protocol."""
    shutil.copy(
        HERE / "contenders" / "inspect_task.py", job.folder
    )  # it wants a path relative to where it runs
    command: list[str | Path] = [ENVIRONMENTS / "inspect" / "bin" / "inspect", "eval", "inspect_task.py"]
    asked = ["-T", f"file={job.prompts}", "--model", "openai-api/mock/mock", "--model-base-url", job.url]
    at_once = ["--max-connections", str(job.setting.at_once), "--temperature", "0", "--max-tokens", "1024"]
    variables = {**os.environ, "MOCK_API_KEY": "none", "INSPECT_LOG_DIR": str(job.folder / "logs")}
    return [*command, *asked, *at_once, *options], variables


def inspect_lean(job: Job) -> Command:
    """inspect_ai with all that can be spared switched off."""
    lean = ["--display", "none", "--no-log-realtime", "--no-score-display", "--ctl-server", "false"]
    return inspect(job, *lean, "--no-log-model-api", "--max-samples", str(job.setting.at_once))


def lm_eval(job: Job) -> Command:
    """lm-evaluation-harness with a task of our own."""
    task = (HERE / "contenders" / "lm_eval_task.yaml").read_text().replace("PROMPTS", str(job.prompts))
    (job.folder / "prompts.yaml").write_text(task)
    model = (
        f"model=mock,base_url={job.url}/chat/completions,num_concurrent={job.setting.at_once},max_retries=3"
    )
    command: list[str | Path] = [ENVIRONMENTS / "lm-eval" / "bin" / "lm_eval", "run"]
    command += ["--model", "local-chat-completions", "--model_args", f"{model},tokenized_requests=False"]
    command += ["--tasks", "prompts", "--include_path", job.folder, "--apply_chat_template"]
    command += ["--output_path", job.folder / "results", "--log_samples"]
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(job.folder / "hf")}
    return command, {**os.environ, **offline}


CONTENDERS = {
    "us": Contender("plumbline run", us),
    "bare": Contender("bare aiohttp loop on uvloop, nothing stored", bare),
    "openai": Contender("bare `openai` loop, nothing stored", openai),
    "lm-eval": Contender("lm-evaluation-harness 0.4.13", lm_eval, environment="lm-eval"),
    "inspect": Contender("inspect_ai 0.3.285 as it comes", inspect, 2_000, "inspect"),
    "inspect-lean": Contender("inspect_ai 0.3.285, lean options", inspect_lean, 2_000, "inspect"),
}


def main() -> None:
    """Measure what the command line says and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default=",".join(CONTENDERS), help="contenders, with commas between")
    parser.add_argument("--setting", default="1,2,3", help="settings by number, with commas between")
    parser.add_argument("--samples", type=int, help="at most so many samples, for a quick look")
    parser.add_argument("--rounds", type=int, default=1, help="times each is measured; medians are shown")
    given = parser.parse_args()
    contenders = [CONTENDERS[name] for name in given.only.split(",")]
    for name in {contender.environment for contender in contenders if contender.environment}:
        install(name)
    for choice in map(int, given.setting.split(",")):
        setting = SETTINGS[choice - 1]
        print(f"\n{setting}, with a load of {os.getloadavg()[0]:.1f} before on {os.cpu_count()} cores\n")
        print(
            "| | samples/s whole (out) | of bare, out | CPU s for 1,000 | start-up s | memory MB: main, all |"
        )
        print("|---|---|---|---|---|---|")
        for contender in contenders:
            print(row(contender, setting, given.samples, given.rounds), flush=True)


def install(name: str) -> None:
    """Make a contender's environment, once."""
    folder = ENVIRONMENTS / name
    wanted = "\n".join(PINNED[name])
    mark = folder / "installed.txt"
    if mark.exists() and mark.read_text() == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", *PINNED[name]], check=True)
    mark.write_text(wanted)


def row(contender: Contender, setting: Setting, samples: int | None, rounds: int) -> str:
    """A contender's line of the table."""
    count = min(setting.samples, contender.most, samples or setting.samples)
    asked = Setting(count, setting.at_once, setting.latency)
    seen, shares = [], []
    for _ in range(rounds):
        limit = measure(CONTENDERS["bare"], asked)
        seen.append(limit if contender is CONTENDERS["bare"] else measure(contender, asked))
        shares.append(seen[-1].out / limit.out)
    figure = {name: median(getattr(one, name) for one in seen) for name in Figures.__annotations__}
    notes = [] if count == setting.samples else [f"{count:,} samples"]
    lost = [one for one in seen if one.answered != one.samples]
    notes += [f"answered {one.answered:,} times for {one.samples:,} samples" for one in lost]
    note = f" ({'; '.join(notes)})" if notes else ""
    return (
        f"| {contender.name}{note} | {figure['whole']:,.0f} ({figure['out']:,.0f}) | {median(shares):.0%} "
        f"| {figure['cpu']:.2f} | {figure['start']:.1f} | {figure['main']:.0f}, {figure['tree']:.0f} |"
    )


def measure(contender: Contender, setting: Setting) -> Figures:
    """One contender at one setting, on a server and in a folder of its own."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        answers = folder / "answers.jsonl"
        rows = questions()
        answers.write_text("\n".join(json.dumps(right(row)) for row in rows if number(row["statement"]) % 2))
        server = stack.enter_context(
            MockModel(latency=setting.latency, reply_characters=CHARACTERS, answers=str(answers))
        )
        job = Job(server.url, setting, folder)
        job.prompts.write_text("\n".join(prompts(rows, setting.samples)))
        command, variables = contender.command(job)
        spent = run(command, variables, folder)
        counts = server.counts()
    if not counts.answered or counts.first_request is None or counts.last_request is None:
        raise SystemExit(f"{contender.name} asked nothing: {spent}")
    between = counts.last_request - counts.first_request
    return Figures(
        samples=setting.samples,
        answered=counts.answered,
        whole=setting.samples / spent["wall"],
        out=(counts.received - 1) / between,
        cpu=spent["cpu"] / setting.samples * 1000,
        start=counts.first_request - spent["started"],
        main=spent["main_memory"] / 2**20,
        tree=spent["tree_memory"] / 2**20,
    )


def run(command: Sequence[str | Path], variables: dict[str, str], folder: Path) -> dict[str, Any]:
    """Run a command to its end and read what it took."""
    report, said = folder / "report.json", folder / "said.txt"
    measured = [sys.executable, HERE / "measured.py", report, *command]
    with said.open("w") as words:
        subprocess.run(measured, env=variables, cwd=folder, stdout=words, stderr=words, check=True)
    spent: dict[str, Any] = json.loads(report.read_text())
    if spent["code"]:
        raise SystemExit(f"{command[0]} ended with code {spent['code']}:\n{said.read_text()[-3000:]}")
    return spent


def questions() -> list[dict[str, Any]]:
    """The variants of core-mini."""
    return [json.loads(line) for line in SET.read_text().splitlines()]


def right(row: dict[str, Any]) -> dict[str, str]:
    """What the mock model shall answer to a variant to be right."""
    return {"prompt": row["statement"], "answer": rf"\boxed{{{row['gold']}}}"}


def prompts(rows: Sequence[dict[str, Any]], count: int) -> list[str]:
    """Lines of prompt and answer, as many as asked: the statements over and over, filled up with words."""
    lines = []
    for place, asked in enumerate(islice(cycle(rows), count)):
        words = (FILLER * 20)[: max(0, CHARACTERS - len(asked["statement"]))]
        prompt = f"{asked['statement']}\n\nProblem {place}. {words}"
        lines.append(json.dumps({"prompt": prompt, "answer": asked["gold"]}))
    return lines


if __name__ == "__main__":
    main()
