"""What came of doing one thing with many assets."""

from dataclasses import dataclass

from chalicelib.domain.asset import Asset
from chalicelib.errors import GalleryError


@dataclass(frozen=True)
class BulkResult:
    """What came of one of them.

    Attributes:
        id: Of the asset, as it was asked for.
        asset: As it is now; None where it was purged or its change failed.
        error: Why it failed.
    """

    id: str
    asset: Asset | None = None
    error: GalleryError | None = None
