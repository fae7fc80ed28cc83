"""What can go wrong, as a tree. Every message says what was expected, what came, and what to do.

InkreadError
├── PictureError     bytes, file or array that is no readable picture
├── StrokesError     strokes that break the format
├── DataError        a data set that is missing, damaged or mislabelled
├── ModelFileError   a file that is no model file, or a damaged one
├── RecipeError      a recipe with an unknown field or a value out of range
├── RunError         a run folder that cannot be started, resumed or written
├── StorageError     what the store cannot do
│   ├── StoreAway    a database that does not answer
│   ├── Missing      nothing of that id, or it is somebody else's
│   ├── Conflict     what contradicts what is stored: a name that is taken, ink that teaches already
│   ├── Denied       a wrong password
│   ├── SignedOut    a session or a key that is none, or has ended
│   ├── Revoked      a link that was revoked or has expired
│   └── StoreFull    no room left for this account, or for corrections
└── ServiceError     a setting that is refused, or a service that cannot start
"""

from __future__ import annotations


class InkreadError(Exception):
    """Base of every error raised on purpose; the command line prints its message and exits 1."""


class PictureError(InkreadError):
    """Bytes, a file or an array that is no readable picture."""


class StrokesError(InkreadError):
    """Strokes that break the format, e.g. a coordinate that is not finite."""


class DataError(InkreadError):
    """A data set that is missing, damaged or mislabelled."""


class ModelFileError(InkreadError):
    """A file that is no model file, or a damaged one."""


class RecipeError(InkreadError):
    """A recipe with an unknown field or a value out of range."""


class RunError(InkreadError):
    """A run folder that cannot be started, resumed or written."""


class ServiceError(InkreadError):
    """A setting of the service that is refused, or a service that cannot start."""


class StorageError(InkreadError):
    """What the store cannot do: an unknown kind of database, or one made by a newer Inkread."""


class StoreAway(StorageError):
    """A database that does not answer; what was not saved by then is not."""


class Missing(StorageError):
    """Nothing of that id, or it is somebody else's: the two are told apart for nobody."""


class Conflict(StorageError):
    """What contradicts what is stored, e.g. a name that is taken."""


class Denied(StorageError):
    """A wrong password."""


class SignedOut(StorageError):
    """A session or a key that is none, or has ended."""


class Revoked(StorageError):
    """A link that was revoked or has expired."""


class StoreFull(StorageError):
    """No room left for this account, or for corrections."""
