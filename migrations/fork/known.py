"""What the Gallery fork (open-noodle/gallery, v2.7.5) is known to add to Immich v2.7.5.

Names alone: what hangs on them (indexes, constraints, triggers of its own tables) is read from the
database. What looks like the fork's and is not listed here is for a person to look at.
"""

import re

# The release that all of this was found on, and which Immich it goes back to.
RELEASE = "2.7.5"
IMAGE = "ghcr.io/immich-app/immich-server"

SPACES, GROUPS, PETS = "shared spaces", "user groups", "pets"
CLASSIFICATION, SYNC = "classification", "library sync"
CHECKSUMS, STORAGE = "duplicate checksums", "storage migration log"

# Each with the feature that it belongs to.
TABLES = {
    "shared_space": SPACES,
    "shared_space_activity": SPACES,
    "shared_space_asset": SPACES,
    "shared_space_asset_audit": SPACES,
    "shared_space_audit": SPACES,
    "shared_space_library": SPACES,
    "shared_space_library_audit": SPACES,
    "shared_space_member": SPACES,
    "shared_space_member_audit": SPACES,
    "shared_space_person": SPACES,
    "shared_space_person_alias": SPACES,
    "shared_space_person_face": SPACES,
    "user_group": GROUPS,
    "user_group_member": GROUPS,
    "asset_duplicate_checksum": CHECKSUMS,
    "library_asset_audit": SYNC,
    "library_audit": SYNC,
    "library_user": SYNC,
    "storage_migration_log": STORAGE,
    "classification_category": CLASSIFICATION,
    "classification_prompt_embedding": CLASSIFICATION,
}
# Only a fork that was stopped in the middle of its migrations still has these.
TABLES_OF_THE_MIDDLE = frozenset({"classification_category", "classification_prompt_embedding"})
# On Immich's own tables: (table, column).
COLUMNS = {
    ("asset_job_status", "classifiedAt"): CLASSIFICATION,
    ("asset_job_status", "petsDetectedAt"): PETS,
    ("library", "createId"): SYNC,
    ("person", "species"): PETS,
    ("person", "type"): PETS,
}
# On Immich's own tables: (table, index or trigger).
INDEXES = frozenset({("library", "library_createId_idx")})
TRIGGERS = frozenset({("asset", "asset_library_delete_audit"), ("library", "library_after_insert")})
# With the types of what they are given.
FUNCTIONS = frozenset(
    {
        "asset_library_delete_audit()",
        "library_after_insert()",
        "library_user_delete_after_audit()",
        "shared_space_asset_delete_audit()",
        "shared_space_delete_audit()",
        "shared_space_delete_library_audit()",
        "shared_space_library_after_insert_user()",
        "shared_space_library_delete_audit()",
        "shared_space_member_after_insert()",
        "shared_space_member_after_insert_library()",
        "shared_space_member_delete_audit()",
        "shared_space_member_delete_library_audit()",
        "user_has_library_path(uuid, uuid, uuid)",
    }
)
CONFIG_KEY = "classification"
PET = "pet"
# What a person may be.
PERSON_TYPES = frozenset({"person", PET})
PLUGIN = "gallery-core"

# Rows of kysely_migrations. Their names are known by number and subject only; upstream has
# migrations of the same months.
MIGRATIONS = 27
_FAMILY = re.compile(r"177[2-6]\d{9}-")
# Neither the fork nor Immich had any of a later month by then.
_FIRST_OF_LATER = 1_777_000_000_000
_NUMBER = re.compile(r"\d{13}(?=-)")
_SUBJECTS = re.compile(
    r"\b(spaces?|pets?|species|user groups?|classif\w*|storage migrations?|duplicate checksums?"
    r"|library (user|asset )?(audit|users?)|library create id"
    # of later forks
    r"|face identit(y|ies)|gallery)\b"
)
_ENDS_OF_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-.\s]+")


def is_of_family(migration: str) -> bool:
    """Whether a migration has a number as the fork's have; some of Immich's own do, too."""
    return _FAMILY.match(migration) is not None


def is_about_fork(name: str) -> bool:
    """Whether the name of a table, function, migration … speaks of one of the fork's features."""
    return _SUBJECTS.search(_ENDS_OF_WORDS.sub(" ", name).lower()) is not None


def unknown_migrations(migrations: frozenset[str], *, is_whole: bool) -> tuple[str, ...]:
    """Those of a ledger that keep one from telling what is the fork's.

    Args:
        migrations: Names of all, Immich's own among them.
        is_whole: Whether all of the fork's tables are there, so that all its migrations ran.

    Returns:
        Names that are of a later fork, or that may be of this one under a name not known.
    """
    about = {name for name in migrations if is_about_fork(name)}
    known = sorted(name for name in about if is_of_family(name))
    strange = (about - set(known)) | set(known[MIGRATIONS:]) | set(filter(_is_later, migrations))
    if is_whole and len(known) < MIGRATIONS:
        strange |= {name for name in migrations - about if is_of_family(name)}
    return tuple(sorted(strange))


def _is_later(migration: str) -> bool:
    number = _NUMBER.match(migration)
    return number is not None and int(number[0]) >= _FIRST_OF_LATER


def fork_migrations(migrations: frozenset[str]) -> tuple[str, ...]:
    """Those of a ledger that are the fork's."""
    return tuple(sorted(name for name in migrations if is_of_family(name) and is_about_fork(name)))
