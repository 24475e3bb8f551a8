from collections.abc import Callable
from functools import cache

import pytest

from chalicelib.errors import SetupError
from migrations.immich.schema import Shape, detect, recognise
from migrations.postgres import connect
from tests.immich.eras import ERAS
from tests.postgres import Server

TOLD = {
    "v1.126": "v1.126 to v1.132",
    "v1.132": "v1.126 to v1.132",
    "v1.133": "v1.133 to v1.135",
    "v1.136": "v1.136 to v2.2",
    "v2.3": "v2.3 or v2.4",
    "v2.5": "v2.5 or v2.6",
    "v2.7": "v2.7 or a later v2",
    "v3.0": "v3.0 or v3.1",
    "v3.2": "v3.2 or later",
}
Columns = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def shape_of(database_of: Callable[[str], str]) -> Callable[[str], Shape]:
    """The shape of an era's database."""

    @cache
    def shape(era: str) -> Shape:
        with connect(database_of(era)) as connection:
            return detect(connection)

    return shape


@pytest.fixture
def columns_of(shape_of: Callable[[str], Shape]) -> Callable[[str], Columns]:
    """An era's tables and columns, to be changed."""

    def columns(era: str) -> Columns:
        return {table: dict(of_table) for table, of_table in shape_of(era).found.items()}

    return columns


def problem_of(found: Columns) -> str:
    with pytest.raises(SetupError) as raised:
        recognise(found, "photos")
    return str(raised.value)


@pytest.mark.parametrize("era", ERAS)
def test_every_era_is_told_by_its_columns(era: str, shape_of: Callable[[str], Shape]):
    assert shape_of(era).era == TOLD[era]


def test_an_empty_database_is_told_apart(postgres: Server):
    url = postgres.create_database()

    with connect(url) as connection, pytest.raises(SetupError) as raised:
        detect(connection)

    name = url.rpartition("/")[2]
    assert f"database {name} is empty" in str(raised.value)


def test_a_database_of_something_else_is_told_apart(postgres: Server):
    with connect(postgres.create_database()) as connection:
        connection.execute("CREATE TABLE person (id uuid, name text)")
        connection.execute("CREATE SCHEMA other CREATE TABLE asset (id uuid)")

        with pytest.raises(SetupError, match="is no Immich's: of its 1 tables none is `asset`"):
            detect(connection)


@pytest.mark.parametrize(
    ("era", "table", "column"),
    [
        ("v1.126", "assets", "isArchived"),
        ("v1.132", "albums_assets_assets", "assetsId"),
        ("v1.133", "assets", "visibility"),
        ("v1.136", "asset_exif", "timeZone"),
        ("v2.3", "tag_asset", "tagId"),
        ("v2.5", "asset_face", "deletedAt"),
        ("v2.7", "asset", "checksum"),
        ("v2.7", "asset", "livePhotoVideoId"),
        ("v2.7", "asset_face", "personId"),
        ("v2.7", "person", "id"),
        ("v2.7", "album", "albumName"),
        ("v3.0", "tag", "value"),
        ("v3.2", "person", "personGroupId"),
        ("v3.2", "asset_face", "personGroupId"),
    ],
)
def test_a_missing_column_is_named(
    era: str, table: str, column: str, columns_of: Callable[[str], Columns]
):
    found = columns_of(era)
    del found[table][column]

    problem = problem_of(found)

    assert "database photos is of no shape of Immich that is known" in problem
    assert f"{table}.{column}" in problem
    assert "v1.126 to v3.2" in problem


def test_everything_that_is_missing_is_named_at_once(columns_of: Callable[[str], Columns]):
    found = columns_of("v2.7")
    del found["asset_exif"], found["tag_asset"], found["asset"]["thumbhash"]

    problem = problem_of(found)

    assert "missing: asset.thumbhash; table asset_exif or exif; table tag_asset." in problem


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("asset", "checksum", "text"),
        ("asset", "duration", "interval"),
        ("asset", "localDateTime", "timestamp without time zone"),
        ("asset_face", "boundingBoxX1", "jsonb"),
    ],
)
def test_a_column_of_another_type_is_refused(
    table: str, column: str, kind: str, columns_of: Callable[[str], Columns]
):
    found = columns_of("v2.7")
    found[table][column] = kind

    problem = problem_of(found)

    assert f"{table}.{column} as " in problem
    assert f"it is {kind}" in problem


def test_a_plural_view_beside_the_singular_table_misleads_nobody(
    columns_of: Callable[[str], Columns],
):
    found = columns_of("v2.7")
    found["assets"] = {"id": "uuid"}

    assert recognise(found, "photos").tables["asset"] == "asset"


def test_tables_that_may_not_be_read_are_no_missing_ones(database_of: Callable[[str], str]):
    url = database_of("v2.7")
    with connect(url) as connection:
        connection.execute("CREATE ROLE half_trusted LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO half_trusted")
        connection.execute("REVOKE SELECT ON asset_face, person FROM half_trusted")

    with (
        connect(url.replace("postgres@", "half_trusted@")) as connection,
        pytest.raises(SetupError) as raised,
    ):
        detect(connection)

    assert "user half_trusted may not read asset_face, person" in str(raised.value)
    assert "GRANT SELECT ON ALL TABLES IN SCHEMA public TO half_trusted" in str(raised.value)
