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
        newly_corrected: What a person said of it by this, of what nobody had said before; see
            `Asset.corrected`.
    """

    id: str
    asset: Asset | None = None
    error: GalleryError | None = None
    newly_corrected: tuple[str, ...] = ()
