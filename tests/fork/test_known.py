import pytest

from migrations.fork.known import (
    MIGRATIONS,
    fork_migrations,
    is_about_fork,
    unknown_migrations,
)
from tests.fork.ledger import FORK_MIGRATIONS

# The last one really ends so; the others are of the fork's months, and Immich's own.
IMMICHS = frozenset(
    {
        "1744910873969-InitialMigration",
        "1774548649115-AddChecksumAlgorithm",
        "1772609167000-AddOauthSidToSession",
        "1747664684909-AddLockedVisibility.ts",
    }
)
WHOLE = IMMICHS | set(FORK_MIGRATIONS)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "shared_space_weather",
            "sharedSpaceId",
            "petsDetectedAt",
            "species",
            "user_group_origin",
        ),
        *("1776500000000-AddSharedSpaceWeather", "classification_category", "gallery_migrations"),
        *("album_space_asset", "face_identity_face", "AddLibraryCreateId", "library_user"),
    ],
)
def test_names_tell_of_the_forks_features(name: str):
    assert is_about_fork(name)


@pytest.mark.parametrize(
    "name",
    [
        *IMMICHS,
        *("asset", "asset_face", "library", "library_ownerId", "duplicateId", "checksum"),
        *("competition", "person_group", "groupId", "workspace", "user", "createId"),
    ],
)
def test_immichs_own_names_do_not(name: str):
    assert not is_about_fork(name)


def test_of_a_ledger_the_forks_rows_are_told_from_immichs():
    assert set(fork_migrations(WHOLE)) == set(FORK_MIGRATIONS)
    assert len(FORK_MIGRATIONS) == MIGRATIONS
    assert unknown_migrations(WHOLE, is_whole=True) == ()


def test_a_migration_more_than_there_were_is_unknown():
    later = "1776500000000-AddSharedSpaceWeather"

    assert unknown_migrations(WHOLE | {later}, is_whole=True) == (later,)


def test_a_migration_after_the_forks_months_is_unknown():
    later = "1781000000000-AddSharedSpaceWeather"

    assert unknown_migrations(IMMICHS | {later}, is_whole=False) == (later,)


def test_a_ledger_that_lacks_one_may_have_it_under_any_name_of_those_months():
    renamed = "1776000000000-RememberUploads"

    unknown = unknown_migrations((WHOLE - {FORK_MIGRATIONS[-1]}) | {renamed}, is_whole=True)

    assert renamed in unknown
    assert "1744910873969-InitialMigration" not in unknown


def test_a_fork_stopped_half_way_has_fewer():
    assert unknown_migrations(IMMICHS | set(FORK_MIGRATIONS[:9]), is_whole=False) == ()


@pytest.mark.parametrize("name", ["1777300000000-AddFavorites", "1790300000000-Whatever.ts"])
def test_a_migration_of_later_months_is_unknown_whatever_it_is_about(name: str):
    assert unknown_migrations(WHOLE | {name}, is_whole=True) == (name,)
