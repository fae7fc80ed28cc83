"""What can go wrong, as a tree. Every message says what was expected, what came, and what to do.

InkreadError
├── PictureError     bytes, file or array that is no readable picture
├── StrokesError     strokes that break the format
├── DataError        a data set that is missing, damaged or mislabelled
├── ModelFileError   a file that is no model file, or a damaged one
├── RecipeError      a recipe with an unknown field or a value out of range
├── RunError         a run folder that cannot be started, resumed or written
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
