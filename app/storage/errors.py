"""What can go wrong in storage, each error saying what, where and what to do."""

from app.errors import PlumblineError


class StorageError(PlumblineError):
    """Base of every error that storage raises on purpose."""


class SchemaOutOfDate(StorageError):
    """The database is not at the schema this program was written for."""


class NotFound(StorageError):
    """Nothing is stored under the name or id that was asked for."""


class VersionExists(StorageError):
    """A problem set version is immutable, and one of this name is published with other content."""


class VersionNotLater(StorageError):
    """A version is published after one that its name places later."""


class ModelExists(StorageError):
    """A model of this name has runs under another backend or other settings."""


class KeyReused(StorageError):
    """An idempotency key was used before for a different request."""


class UnknownVariants(StorageError):
    """Samples were asked for variants that the run's problem set version does not have."""


class ReadOnly(StorageError):
    """A read session was asked to write."""
