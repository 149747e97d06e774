"""A task folder for EleutherAI's lm-evaluation-harness: a YAML, the rows it reads, and our grader.

The keys are those of the harness's task guide (docs/task_guide.md); completions are graded by
Plumbline's own grader, since a match of texts would call most right answers wrong.
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from app.problems.exporters.base import Files, Options
from app.problems.exporters.yaml import Tagged, dump
from app.problems.problem import ORIGINAL, ProblemSet, Variant
from app.problems.prompts import EXACT

ROWS = "test.jsonl"
LONGEST_ANSWER = 8192
"""Tokens that a model may write for one answer."""

UTILS = '''\
"""Grades a completion by Plumbline's grader: a share of correct answers, over all and by perturbation."""

import atexit
import json
from functools import cache

from app.grading import Case, Judges, Outcome

WORKERS, DEADLINE_SECONDS, MEMORY_MB = 1, 10.0, 2048


def process_results(doc, results):
    """The metrics of one document: 1 for a correct answer, 0 for any other."""
    case = Case.model_validate(
        {
            "gold": doc["answer"],
            "answer": results[0],
            "kind": doc["answer_kind"],
            "assumptions": doc["assumptions"],
            "task": json.loads(doc["task"]) if doc["task"] else None,
        }
    )
    (verdict,) = _judges().judge_many([case])
    correct = float(verdict.outcome is Outcome.CORRECT)
    return {
        "correct": correct,
        f"correct_{doc['perturbation']}": correct,
        "ungradable": float(verdict.outcome is Outcome.UNGRADABLE),
    }


@cache
def _judges():
    judges = Judges(WORKERS, DEADLINE_SECONDS, MEMORY_MB)
    atexit.register(judges.close)
    return judges
'''


class HarnessTask:
    """The folder: `<task>.yaml`, `test.jsonl`, `utils.py` and a README that says how to run it."""

    name = "lm-eval"
    summary = "a task folder for lm-evaluation-harness, graded by Plumbline's grader"
    makes_folder = True
    options: frozenset[str] = frozenset()

    def files(self, problem_set: ProblemSet, options: Options) -> Files:
        task = f"plumbline_{problem_set.name}".replace("-", "_")
        yield f"{task}.yaml", [dump(_task(task, problem_set, options.folder)).encode()]
        yield ROWS, (_row(variant) for variant in problem_set.variants)
        yield "utils.py", [UTILS.encode()]
        yield "README.md", [_readme(task, problem_set).encode()]


def _task(task: str, problem_set: ProblemSet, folder: str) -> dict[str, Any]:
    kinds = dict.fromkeys(variant.perturbation for variant in problem_set.variants)
    ordered = sorted(kinds, key=lambda kind: (kind != ORIGINAL, kind))
    return {
        "task": task,
        "task_alias": f"{problem_set.title} {problem_set.version}",
        "tag": ["plumbline"],
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(PurePath(folder) / ROWS)}},
        "test_split": "test",
        "output_type": "generate_until",
        "num_fewshot": 0,
        "doc_to_text": "{{prompt}}",
        "doc_to_target": "{{answer}}",
        "process_results": Tagged("!function utils.process_results"),
        "generation_kwargs": {
            "until": [],
            "do_sample": False,
            "temperature": 0.0,
            "max_gen_toks": LONGEST_ANSWER,
        },
        "metric_list": [
            _metric("correct", higher_is_better=True),
            *(_metric(f"correct_{kind}", higher_is_better=True) for kind in ordered),
            _metric("ungradable", higher_is_better=False),
        ],
        "metadata": {"version": problem_set.version, "sha256": problem_set.sha256},
    }


def _metric(name: str, *, higher_is_better: bool) -> dict[str, Any]:
    return {"metric": name, "aggregation": "mean", "higher_is_better": higher_is_better}


def _row(variant: Variant) -> bytes:
    fields = {
        "id": variant.id,
        "problem": variant.problem,
        "topic": variant.topic,
        "level": variant.level,
        "perturbation": variant.perturbation,
        "strength": variant.strength,
        "prompt": EXACT.render(variant.statement, variant.assumptions),
        "answer": variant.gold,
        "answer_kind": variant.answer_kind,
        "assumptions": list(variant.assumptions),
        "task": "" if variant.task is None else variant.task.model_dump_json(),
    }
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def _readme(task: str, problem_set: ProblemSet) -> str:
    return f"""\
# {problem_set.title} {problem_set.version} for lm-evaluation-harness

Written by Plumbline from the problem set `{problem_set.name}` ({len(problem_set.variants)} variants, content
{problem_set.sha256}, licence {problem_set.licence}).

In an environment that has both `lm_eval` (0.4 or later) and `plumbline`:

    lm_eval --model vllm --model_args pretrained=MODEL --tasks {task} --include_path . --apply_chat_template

`correct` is the share of right answers over all variants, `correct_original` that over the seeds, and
`correct_<perturbation>` that over the variants of one perturbation; their difference is what the perturbation
costs. `ungradable` is the share that the grader could not decide. These are plain means: Plumbline's own
leaderboard gives each problem one vote and an interval.

The YAML names `test.jsonl` by its full path, as the harness wants it: mend `data_files` if you move the
folder. Images are not sent.
"""
