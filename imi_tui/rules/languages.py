"""The languages: the 24 official ones of the Union for mail, those of the interface."""

from __future__ import annotations

WORKING_LANGUAGES = tuple("bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split())
"""The working languages a user can choose (S3.4), by ISO 639-1 code."""

INTERFACE_LANGUAGES = ("lv", "en")
"""The languages in which the interface is complete (B10)."""
