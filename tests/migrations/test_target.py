import argparse
import os
from pathlib import Path

import pytest

from chalicelib.errors import SetupError
from migrations.target import (
    Target,
    add_target_options,
    find_target,
    open_gallery,
    open_gallery_for_uploads,
    read_dotenv,
)

DOTENV = """\
# where the photos are
CONTACTSHEET_BUCKET=dotenv-bucket
export CONTACTSHEET_ASSETS_TABLE="dotenv table"
AWS_REGION='eu-dotenv-1'   # near

"""


def flags(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_target_options(parser, with_pages=True)
    return parser.parse_args(argv)


def target(*argv: str, dotenv: str = "", **environment: str) -> Target:
    """The target that flags, environment and a ``.env`` in the current folder name."""
    Path(".env").write_text(dotenv)
    os.environ.update(environment)
    return find_target(flags(*argv))


def named(found: Target) -> tuple[str, str, str]:
    return found.settings.bucket, found.settings.assets_table, found.region


def access_key(found: Target) -> str:
    credentials = open_gallery(found).connection.session.get_credentials()
    assert credentials is not None
    return credentials.access_key


ENVIRONMENT = {
    "CONTACTSHEET_BUCKET": "environment-bucket",
    "CONTACTSHEET_ASSETS_TABLE": "environment-table",
    "AWS_REGION": "eu-environment-1",
}
FLAGS = ("--bucket", "flag-bucket", "--table", "flag-table", "--region", "eu-flag-1")


def test_flags_beat_the_environment_which_beats_dotenv():
    assert named(target(dotenv=DOTENV)) == ("dotenv-bucket", "dotenv table", "eu-dotenv-1")
    os.environ.pop("AWS_REGION")
    everywhere = target(dotenv=DOTENV, **ENVIRONMENT)
    assert named(everywhere) == ("environment-bucket", "environment-table", "eu-environment-1")
    assert named(target(*FLAGS, dotenv=DOTENV)) == ("flag-bucket", "flag-table", "eu-flag-1")


def test_each_setting_is_found_where_it_stands():
    found = target(
        "--bucket", "flag-bucket", dotenv=DOTENV, CONTACTSHEET_ASSETS_TABLE="environment-table"
    )

    assert named(found) == ("flag-bucket", "environment-table", "eu-dotenv-1")


def test_an_empty_variable_is_none():
    found = target(dotenv=DOTENV, CONTACTSHEET_BUCKET="", AWS_REGION="")

    assert named(found) == ("dotenv-bucket", "dotenv table", "eu-dotenv-1")


def test_an_empty_line_of_dotenv_is_none():
    found = target(dotenv="AWS_PROFILE=\nAWS_ACCESS_KEY_ID=\nAWS_REGION=\n", **ENVIRONMENT)

    assert named(found) == ("environment-bucket", "environment-table", "eu-environment-1")
    assert not os.environ.get("AWS_PROFILE")
    del os.environ["CONTACTSHEET_BUCKET"]
    with pytest.raises(SetupError, match="--bucket"):
        target(dotenv="CONTACTSHEET_BUCKET=\n")


def test_the_region_of_the_environment_beats_dotenvs_by_whichever_name():
    found = target(dotenv=DOTENV, AWS_DEFAULT_REGION="eu-default-1")

    assert found.region == "eu-default-1"


@pytest.mark.parametrize(
    ("missing", "flag", "variable"),
    [
        ("CONTACTSHEET_BUCKET", "--bucket", "CONTACTSHEET_BUCKET"),
        ("CONTACTSHEET_ASSETS_TABLE", "--table", "CONTACTSHEET_ASSETS_TABLE"),
        ("CONTACTSHEET_PAGES_TABLE", "--pages-table", "CONTACTSHEET_PAGES_TABLE"),
        ("CONTACTSHEET_PEOPLE_TABLE", "--people-table", "CONTACTSHEET_PEOPLE_TABLE"),
        ("AWS_REGION", "--region", "AWS_REGION"),
    ],
)
def test_what_is_named_nowhere_is_asked_for_by_flag_and_variable(
    missing: str, flag: str, variable: str
):
    tables = {"CONTACTSHEET_PAGES_TABLE": "pages", "CONTACTSHEET_PEOPLE_TABLE": "people"}
    os.environ.update(ENVIRONMENT | tables)
    del os.environ[missing]

    with pytest.raises(SetupError) as error:
        find_target(flags(), with_pages=True)

    assert flag in str(error.value)
    assert variable in str(error.value)


def test_a_profile_is_handed_to_the_sdk_and_may_carry_the_region_and_the_endpoint():
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        "[profile anna]\nregion = eu-anna-1\nendpoint_url = http://127.0.0.1:4566\n"
    )

    found = target("--bucket", "b", "--table", "t", "--profile", "anna")

    assert (found.region, found.profile) == ("eu-anna-1", "anna")
    assert found.endpoint == "http://127.0.0.1:4566"
    assert os.environ["AWS_PROFILE"] == "anna"


def test_a_profile_that_is_asked_for_is_not_outdone_by_keys_that_lie_around():
    Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]).write_text(
        "[anna]\naws_access_key_id = ANNAS\naws_secret_access_key = not-a-secret\n"
    )

    found = target(
        *FLAGS, "--profile", "anna", AWS_ACCESS_KEY_ID="OTHERS", AWS_SECRET_ACCESS_KEY="x"
    )

    assert access_key(found) == "ANNAS"


def test_a_profile_that_nobody_knows_is_an_error_that_names_the_flag():
    with pytest.raises(SetupError, match=r"nobody.*--profile"):
        target(*FLAGS, "--profile", "nobody")


def test_credentials_and_endpoint_may_stand_in_dotenv():
    found = target(
        *FLAGS,
        dotenv="AWS_ACCESS_KEY_ID=DOTENVS\nAWS_SECRET_ACCESS_KEY=x\n"
        "AWS_ENDPOINT_URL=http://127.0.0.1:4566\n",
    )

    assert access_key(found) == "DOTENVS"
    assert open_gallery(found).media.client.meta.endpoint_url == "http://127.0.0.1:4566"


def test_keys_are_not_put_together_from_two_places():
    """A key id of the environment with a secret of ``.env`` would be nobody's."""
    target(*FLAGS, dotenv="AWS_SECRET_ACCESS_KEY=x\nAWS_PROFILE=anna\n", AWS_ACCESS_KEY_ID="k")

    assert "AWS_SECRET_ACCESS_KEY" not in os.environ
    assert "AWS_PROFILE" not in os.environ


def test_a_person_is_told_what_will_be_touched_and_no_secret():
    found = target(*FLAGS, AWS_ENDPOINT_URL="http://anna:secret@127.0.0.1:4566")

    assert found.lines() == [
        "bucket   flag-bucket",
        "table    flag-table",
        "region   eu-flag-1",
        "endpoint http://127.0.0.1:4566",
    ]


def test_a_command_that_works_on_lists_tells_their_tables_too():
    found = target(*FLAGS, "--pages-table", "lists", "--people-table", "persons")

    assert found.lines(with_pages=True)[:4] == [
        "bucket   flag-bucket",
        "table    flag-table",
        "pages    lists",
        "people   persons",
    ]


def test_a_zone_that_is_none_is_refused_by_name():
    with pytest.raises(SetupError, match="CONTACTSHEET_TIME_ZONE: 'Atlantis'"):
        target(*FLAGS, CONTACTSHEET_TIME_ZONE="Atlantis")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("A=1", {"A": "1"}),
        ("A = 1 ", {"A": "1"}),
        ("export A=1", {"A": "1"}),
        ('A="1 # 2"', {"A": "1 # 2"}),
        ("A='1'  # one", {"A": "1"}),
        ("A=1 # one", {"A": "1"}),
        ("A=1#2", {"A": "1#2"}),
        ("A=x=y", {"A": "x=y"}),
        ("A=", {"A": ""}),
        ("A=$B", {"A": "$B"}),
        ("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("# A=1\n\n  B=2\n", {"B": "2"}),
    ],
)
def test_dotenv_is_read_as_people_write_it(text: str, expected: dict[str, str], tmp_path: Path):
    path = tmp_path / "settings"
    path.write_text(text, newline="")

    assert read_dotenv(path) == expected


def test_a_dotenv_that_cannot_be_read_says_where_and_not_what(tmp_path: Path):
    path = tmp_path / "settings"
    path.write_text("A=1\nsecret value\n")
    with pytest.raises(SetupError, match="line 2: expected NAME=value") as error:
        read_dotenv(path)
    assert "secret" not in str(error.value)

    path.write_bytes(b"A=\xff\xfe")
    with pytest.raises(SetupError, match="can't be read"):
        read_dotenv(path)
    with pytest.raises(SetupError, match="can't be read"):
        read_dotenv(tmp_path)
    assert read_dotenv(tmp_path / "none") == {}


def test_an_upload_over_a_slow_line_is_waited_for():
    found = target(*FLAGS)

    usual, patient = (
        opened(found).media.client.meta.config
        for opened in (open_gallery, open_gallery_for_uploads)
    )

    # botocore's connect timeout holds for each block that is sent, too
    assert (usual.connect_timeout, usual.read_timeout) == (3, 20)
    assert (patient.connect_timeout, patient.read_timeout) == (60, 60)
    assert patient.retries == usual.retries
