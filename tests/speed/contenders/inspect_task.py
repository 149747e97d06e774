"""The prompts as a task of inspect_ai, scored by its `includes`; runs in inspect's own environment."""

from inspect_ai import Task, task
from inspect_ai.dataset import FieldSpec, json_dataset
from inspect_ai.scorer import includes
from inspect_ai.solver import generate


@task
def prompts(file: str) -> Task:
    """Each prompt once."""
    return Task(
        dataset=json_dataset(file, FieldSpec(input="prompt", target="answer")),
        solver=generate(),
        scorer=includes(),
    )
