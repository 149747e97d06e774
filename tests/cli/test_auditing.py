"""`plumbline problems audit`: counts and witnesses on the terminal, and a line for each row in a file."""

from __future__ import annotations

import json
from pathlib import Path

from tests.live import environment, plumbline

ROWS = [
    (r"Compute $\int A x\, dx$.", "A*x**2/2"),
    (r"Compute $\int A x\, dx$. ", "-A*x**2/2"),
    (r"Compute $\int_0^2 \frac{1}{x-1} dx$.", "0"),
    (r"Find the least $A$ such that $\int_0^A x\, dx = 2$.", "2"),
]


def test_an_imported_set_is_audited(tmp_path: Path) -> None:
    """Right, wrong, ill-posed and not checkable are told apart; finding wrong answers is no failure."""
    (tmp_path / "none").mkdir()
    variables = {**environment(tmp_path), "PLUMBLINE_BENCHMARKS_DIR": str(tmp_path / "none")}
    source, report = tmp_path / "rows.json", tmp_path / "report.jsonl"
    fields = ("Challenge", "Answer in Sympy", "Index", "Variation", "Source", "Answer in Latex")
    rows = [(*row, str(index), "Original", f"seed {index}", "") for index, row in enumerate(ROWS)]
    source.write_text(json.dumps([dict(zip(fields, row, strict=True)) for row in rows]))
    imported = plumbline(variables, "problems", "import", "asymob", str(source), "--name", "mine")
    assert imported.returncode == 0, imported.stderr
    audited = plumbline(variables, "problems", "audit", "mine", "--out", str(report))
    assert audited.returncode == 0, audited.stderr
    assert "4 rows: 3 checked, of these 1 right, 1 wrong, 1 ill-posed; 1 not checkable" in " ".join(
        audited.stdout.split()
    )
    found = [json.loads(line) for line in report.read_text().splitlines()]
    assert [row["outcome"] for row in found] == ["right", "wrong", "ill-posed", "not checkable"]
    assert "the answer's derivative is" in found[1]["reason"]
