"""The terminal application for the administrators of authorities in IMI."""

__version__ = "0.1.0"
