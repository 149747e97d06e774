"""The formats in which a set can be handed to other programs; a new one is a file here and a line below."""

from app.problems.exporters.base import Exporter
from app.problems.exporters.dataset_card import DatasetCard
from app.problems.exporters.harness import HarnessTask
from app.problems.exporters.openai_batch import OpenAIBatch
from app.problems.exporters.parquet import Parquet
from app.problems.exporters.tables import CommaSeparated, JSONLines

REGISTRY: dict[str, Exporter] = {
    exporter.name: exporter
    for exporter in (
        JSONLines(),
        CommaSeparated(),
        Parquet(),
        OpenAIBatch(),
        HarnessTask(),
        DatasetCard(),
    )
}
