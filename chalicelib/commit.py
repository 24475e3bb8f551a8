"""Commit what was decided about a row, and show it at once."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

from chalicelib.domain.asset import Asset
from chalicelib.errors import ConditionFailedError, ConflictError, PagesBusyError
from chalicelib.refresh_pages import RowChange, changes_by_bucket, sync_all
from chalicelib.storage.assets import Assets
from chalicelib.storage.tables import Tables

# Attributes of a row and what they are to be; told anew what the row says by now.
Decide = Callable[[Asset], dict[str, Any]]

_ATTEMPTS = 10
# What is beyond waits for the stream: a selection all over the years has hundreds of months.
_MAX_SHOWN_BUCKETS = 40


def commit(asset: Asset, decide: Decide, assets: Assets) -> tuple[Asset, Asset]:
    """Change a row by one conditional update; nothing is written where all is so already.

    Args:
        asset: As it was read.
        decide: Asked again each time the row turns out to be another.
        assets: The rows.

    Returns:
        The row as it was when it was changed, and as it is now.

    Raises:
        AssetNotFoundError: It is gone.
        ConflictError: Others changed it at every attempt.
    """
    for _ in range(_ATTEMPTS):
        wanted = {
            name: value for name, value in decide(asset).items() if getattr(asset, name) != value
        }
        if not wanted:
            return asset, asset
        try:
            return asset, assets.change(asset, **wanted)
        except ConditionFailedError:
            asset = assets.get(asset.id)
    raise ConflictError(f"asset {asset.id} changed at each of {_ATTEMPTS} attempts; try again")


def show(rows: Iterable[RowChange], tables: Tables) -> None:
    """Bring lists up to rows just committed, so that whoever changed them reads what they wrote.

    The stream does the same: what is too much for one call, or busy, is left to it.
    """
    changes = changes_by_bucket(rows)
    some = dict(islice(sorted(changes.items()), _MAX_SHOWN_BUCKETS))
    with suppress(PagesBusyError):
        sync_all(some, tables)
