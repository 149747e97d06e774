"""Requests follow the batch format, and the task folder is one that the harness could load and grade with."""

import base64
import importlib.util
import json

import pytest
import yaml
from openai.types.chat import CompletionCreateParams
from pydantic import ConfigDict, TypeAdapter, create_model

from app.problems.errors import ExportError
from app.problems.exporters import REGISTRY
from app.problems.exporters.base import Options
from app.problems.prompts import EXACT
from tests.problems.exporters.sets import CHECKED, IMPORTED, PIXEL, SMALL, VARIED, written

BATCH, HARNESS = REGISTRY["openai-batch"], REGISTRY["lm-eval"]
CREATE = TypeAdapter(CompletionCreateParams)
"""The parameters of a chat completion, as OpenAI's own library describes them."""
LINE = create_model(
    "BatchRequestInput",
    __config__=ConfigDict(extra="forbid", strict=True),
    custom_id=(str, ...),
    method=(str, ...),
    url=(str, ...),
    body=(dict, ...),
)
"""The per-line object of a batch file, as OpenAI's API description has it."""


def requests(**changes):
    options = Options(model="a/model", read_image=lambda _: PIXEL, **changes)
    return [LINE.model_validate_json(line) for line in written(BATCH, options)[""].splitlines()]


def test_each_line_is_a_request_of_the_published_format():
    """One POST to chat completions for each variant, with an id of its own and a body that is well-formed."""
    lines = requests(body={"max_tokens": 100, "temperature": 0.5})
    assert [line.custom_id for line in lines] == [f"{v.id}#0" for v in (CHECKED, VARIED, IMPORTED)]
    assert {(line.method, line.url) for line in lines} == {("POST", "/v1/chat/completions")}
    for line in lines:
        CREATE.validate_python(line.body)
        assert (line.body["model"], line.body["max_tokens"], line.body["temperature"]) == (
            "a/model",
            100,
            0.5,
        )


def test_a_request_asks_what_a_run_would_ask():
    """The prompt is the one that the backends send."""
    (message,) = requests()[0].body["messages"]
    assert message == {"role": "user", "content": EXACT.render(CHECKED.statement, CHECKED.assumptions)}


def test_an_image_goes_with_its_statement():
    """As a data address after the text."""
    (message,) = requests()[2].body["messages"]
    text, image = message["content"]
    assert text["text"].endswith(IMPORTED.statement)
    assert image["image_url"]["url"] == f"data:image/jpeg;base64,{base64.b64encode(PIXEL).decode()}"


def test_samples_repeat_the_set_with_seeds_of_their_own():
    """The second pass has other ids, and the number after the given seed."""
    lines = requests(samples=2, body={"seed": 40})
    assert len({line.custom_id for line in lines}) == 6
    assert [line.body["seed"] for line in lines] == [40] * 3 + [41] * 3
    assert lines[3].custom_id == f"{CHECKED.id}#1"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(), "--model"),
        (Options(model="m", body={"messages": [], "n": 3}), "may not set messages, n"),
    ],
)
def test_what_a_request_cannot_be_made_of_is_refused(options, words):
    """A missing model, and fields that are ours, are named."""
    with pytest.raises(ExportError, match=words):
        written(BATCH, options)


def test_an_image_that_cannot_be_read_is_named():
    """Without a folder there is nothing to read it from."""
    with pytest.raises(ExportError, match=r"images/one\.jpg"):
        written(BATCH, Options(model="m"))


class _Tags(yaml.SafeLoader):
    """Reads `!function name` as the name, as the harness does before it looks the function up."""


_Tags.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))


def test_the_harness_finds_its_keys_in_the_task():
    """The YAML loads, with the keys of the task guide, and the rows hold what its templates name."""
    files = written(HARNESS, Options(folder="/data/small"))
    task = yaml.load(files["plumbline_small_set.yaml"], _Tags)  # noqa: S506 (a safe loader with one tag more)
    assert (task["task"], task["dataset_path"], task["output_type"]) == (
        "plumbline_small_set",
        "json",
        "generate_until",
    )
    assert task["dataset_kwargs"] == {"data_files": {"test": "/data/small/test.jsonl"}}
    assert task["generation_kwargs"]["until"] == []
    assert task["metadata"] == {"version": "1.2", "sha256": SMALL.sha256}
    assert [metric["metric"] for metric in task["metric_list"]] == [
        "correct",
        "correct_original",
        "correct_symbolic",
        "ungradable",
    ]
    assert task["process_results"] == "utils.process_results"
    rows = [json.loads(line) for line in files["test.jsonl"].splitlines()]
    templates = {task["doc_to_text"], task["doc_to_target"]}
    assert templates == {"{{prompt}}", "{{answer}}"}
    assert rows[0]["prompt"] == EXACT.render(CHECKED.statement, CHECKED.assumptions)
    assert [row["answer"] for row in rows] == ["2 x", "a x", "=3"]


def test_the_tasks_own_code_grades_by_meaning(tmp_path):
    """Loaded as the harness loads it, it calls another form of the answer correct, and a wrong one not."""
    files = written(HARNESS, Options(folder=str(tmp_path)))
    path = tmp_path / "utils.py"
    path.write_bytes(files["utils.py"])
    spec = importlib.util.spec_from_file_location("plumbline_task_utils", path)
    utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(utils)
    row = json.loads(files["test.jsonl"].splitlines()[1])
    try:
        right = utils.process_results(row, [r"So it is $\boxed{x a + C}$."])
        wrong = utils.process_results(row, [r"\boxed{x}"])
    finally:
        utils._judges().close()
    assert right == {"correct": 1.0, "correct_symbolic": 1.0, "ungradable": 0.0}
    assert wrong == {"correct": 0.0, "correct_symbolic": 0.0, "ungradable": 0.0}
