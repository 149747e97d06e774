"""Every setting of Plumbline, read once from `PLUMBLINE_*` variables of the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may choose; only the composition root and the command line read it."""

    model_config = SettingsConfigDict(env_prefix="PLUMBLINE_", extra="ignore")

    data_dir: Path = Field(default=Path("var"), description="Folder of the embedded database.")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL; by default SQLite in the data folder."
    )
    benchmarks_dir: Path = Field(default=Path("benchmarks"), description="Folder of the problem sets.")
    host: str = Field(default="127.0.0.1", description="Address to listen on; loopback only.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(default=2, ge=1, description="Worker processes that grade or solve.")
    chunk_size: int = Field(default=16, ge=1, description="Samples in one unit of durable work.")
    grading_deadline: float = Field(default=10.0, gt=0, description="Seconds an answer may take to grade.")
    worker_memory: int = Field(default=2048, ge=256, description="Memory of one worker process, in MiB.")

    @property
    def imported_dir(self) -> Path:
        """The folder of imported problem sets, one folder each."""
        return self.data_dir / "problem-sets"

    @property
    def resolved_database_url(self) -> str:
        """The URL of the database: the one set, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'plumbline.sqlite'}"
