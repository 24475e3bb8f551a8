"""Leaves of few entries, and tests twice: with whole nodes and with nodes in sections."""

import pytest

from chalicelib.domain import timeline
from chalicelib.storage import leaves, rewrite


@pytest.fixture
def small_leaves(monkeypatch):
    """Four entries a leaf, so that a month of a few photos has several."""
    monkeypatch.setattr(leaves, "MOST_ENTRIES", 4)
    monkeypatch.setattr(timeline, "FEW_ENTRIES", 2)


@pytest.fixture(params=["whole", "in sections"])
def has_sections(request, monkeypatch) -> bool:
    """Whether buckets of more than two leaves are split into sections, of one or two each."""
    if request.param == "in sections":
        monkeypatch.setattr(rewrite, "SPLIT_ABOVE_LEAVES", 2)
        monkeypatch.setattr(rewrite, "_JOIN_BELOW_LEAVES", 1)
        monkeypatch.setattr(rewrite, "_SECTION_LEAVES", 1)
    is_split: bool = request.param == "in sections"
    return is_split
