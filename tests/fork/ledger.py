"""The fork's bookkeeping: its migrations among Immich's own, and the bodies Kysely compares."""

from collections.abc import Iterator

from tests.fork.triggers import FUNCTIONS, TRIGGERS_ON_FORK_TABLES, TRIGGERS_ON_IMMICHS_TABLES

# Upstream has migrations of the same months, so that a number alone tells nothing.
FORK_MIGRATIONS = (
    "1772240000000-CreateStorageMigrationLogTable",
    "1772240100000-AddStorageMigrationLogBatchIndex",
    "1772730000000-CreateSharedSpaceTables",
    "1772740000000-AddSharedSpaceThumbnail",
    "1772750000000-CreateSharedSpaceActivityTable",
    "1772760000000-AddSharedSpaceMemberShowInTimeline",
    "1772770000000-AddSharedSpaceColor",
    "1772780000000-AddPersonTypeAndSpeciesForPets",
    "1772790000000-AddPetsDetectedAtToAssetJobStatus",
    "1772800000000-CreateUserGroupTables",
    "1772810000000-AddUserGroupOrigin",
    "1773100000000-CreateSharedSpacePersonTables",
    "1773110000000-AddSharedSpacePersonAlias",
    "1773120000000-AddSharedSpacePetsEnabled",
    "1773130000000-AddSharedSpacePersonBirthDate",
    "1773300000000-CreateSharedSpaceLibraryTable",
    "1773700000000-AddClassificationTables",
    "1773710000000-AddClassifiedAtToAssetJobStatus",
    "1774200000000-MoveClassificationToSystemConfig",
    "1774210000000-DropClassificationTables",
    "1774300000000-AddSharedSpaceAuditTables",
    "1774310000000-AddSharedSpaceLibraryAuditTriggers",
    "1775000000000-CreateLibraryUserTable",
    "1775010000000-AddLibraryUserAuditTriggers",
    "1775020000000-AddLibraryCreateId",
    "1775500000000-FixSharedSpaceMemberAuditTriggers",
    "1776000000000-CreateAssetDuplicateChecksumTable",
)

# A trigger made by hand in a migration has none: the two lists differ by one.
_WITHOUT_OVERRIDE = "user_group_updatedAt"


def overrides() -> Iterator[tuple[str, str, str]]:
    """Name, type and statement of each of the fork's rows of ``migration_overrides``."""
    for name, statement in FUNCTIONS.items():
        yield f"function_{name}", "function", statement
    for name, statement in (TRIGGERS_ON_IMMICHS_TABLES | TRIGGERS_ON_FORK_TABLES).items():
        if name != _WITHOUT_OVERRIDE:
            yield f"trigger_{name}", "trigger", statement
