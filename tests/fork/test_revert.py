import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from migrations.fork.survey import take_survey
from migrations.fork.transaction import transaction
from migrations.postgres import connect
from migrations.revert_to_immich import main
from tests.fork.database import leave_half_migrated
from tests.fork.reverting import REMOVE, TOKEN, dump, revert
from tests.fork.rows import ANNA, BEACH, PET_FACES, REX, TOM
from tests.postgres import Server

# Immich itself notes there who is gone, for its apps.
AUDITS = ("--exclude-table-data=person_audit", "--exclude-table-data=asset_face_audit")


def test_what_is_left_is_the_database_of_immich_to_the_letter(
    postgres: Server, fork_url: str, vanilla_url: str, capsys: pytest.CaptureFixture[str]
):
    said = revert(capsys, fork_url, *REMOVE)

    assert said.status == 0
    assert dump(postgres, fork_url, *AUDITS) == dump(postgres, vanilla_url, *AUDITS)


def test_the_last_line_names_the_image_and_version_to_switch_to(
    fork_url: str, capsys: pytest.CaptureFixture[str]
):
    said = revert(capsys, fork_url, *REMOVE)

    assert said.results[-1] == (
        "Cleanup finished. Switch to ghcr.io/immich-app/immich-server:v2.7.5"
    )


def test_a_second_run_has_nothing_to_do(
    postgres: Server, fork_url: str, capsys: pytest.CaptureFixture[str]
):
    revert(capsys, fork_url, *REMOVE)
    before = dump(postgres, fork_url)

    said = revert(capsys, fork_url, *REMOVE)

    assert said.status == 0
    assert "nothing to do" in said.results[-1]
    assert dump(postgres, fork_url) == before


def test_immichs_own_database_has_nothing_to_do(
    vanilla_url: str, capsys: pytest.CaptureFixture[str]
):
    said = revert(capsys, vanilla_url)

    assert (said.status, len(said.results)) == (0, 1)
    assert "nothing to do" in said.results[0]


def test_with_the_address_alone_nothing_is_changed(
    postgres: Server, fork_url: str, capsys: pytest.CaptureFixture[str]
):
    before = dump(postgres, fork_url)

    said = revert(capsys, fork_url)

    assert said.status == 0
    assert said.results[-1].startswith("nothing was changed")
    assert dump(postgres, fork_url) == before


def test_the_plan_counts_what_is_lost_by_feature(fork_url: str, capsys: pytest.CaptureFixture[str]):
    lines = revert(capsys, fork_url).results

    lost = [line.strip() for line in lines[lines.index("lost for good") + 1 : lines.index("goes")]]
    assert "user groups: user_group 1, user_group_member 2" in lost
    assert "duplicate checksums: asset_duplicate_checksum 1" in lost
    (pets,) = (line for line in lost if line.startswith("pets:"))
    assert "pets, who are persons to Immich 2, faces of pets 2" in pets
    features = {line.partition(":")[0] for line in lost}
    assert features == {
        *("shared spaces", "user groups", "classification", "pets", "duplicate checksums"),
        *("library sync", "storage migration log"),
    }


def test_the_plan_names_each_thing_that_goes(fork_url: str, capsys: pytest.CaptureFixture[str]):
    lines = revert(capsys, fork_url).results

    goes = [line.strip() for line in lines[lines.index("goes") + 1 : lines.index("locks")]]
    kinds = ("table ", "column ", "trigger ", "function ", "index ", "row ", "key ")
    counts = {kind.strip(): sum(line.startswith(kind) for line in goes) for kind in kinds}
    assert counts == {
        "table": 19,
        "column": 5,
        "trigger": 2 + 16,
        "function": 13,
        "index": 1,
        "row": 27 + 30,
        "key": 1,
    }
    assert "table shared_space" in goes
    assert "column type of person" in goes
    assert goes.index("table shared_space_person_face") < goes.index("table shared_space")


def test_the_plan_tells_locks_release_and_who_is_connected(
    fork_url: str, capsys: pytest.CaptureFixture[str]
):
    with psycopg.connect(fork_url, application_name="immich-server"):
        said = revert(capsys, fork_url)

    told = "\n".join(said.results)
    assert said.status == 0
    assert "Immich v2.7.5" in told
    assert "ACCESS EXCLUSIVE on asset, asset_face, asset_job_status, library, person, user" in told
    assert "immich-server (user postgres, from 127.0.0.1)" in told


def test_the_number_of_locks_is_about_right(fork_url: str):
    with connect(fork_url) as connection:
        surveyed = take_survey(connection)
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL gallery.revert_token = 'i_accept_data_loss'")
            for step in transaction(surveyed):
                connection.execute(step.statement.encode())
            ((taken,),) = connection.execute(
                "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()"
            )

    assert 0.7 < surveyed.locks / taken < 1.3


def test_pets_go_with_their_faces_rather_than_become_people(
    fork_url: str, capsys: pytest.CaptureFixture[str]
):
    revert(capsys, fork_url, *REMOVE)

    with psycopg.connect(fork_url) as connection:
        persons = connection.execute("SELECT id::text FROM person").fetchall()
        faces = connection.execute("SELECT id::text FROM asset_face").fetchall()
        told = connection.execute('SELECT "personId"::text FROM person_audit').fetchall()
    assert len(persons) == 2
    assert not {(REX,), (TOM,)} & set(persons)
    assert len(faces) == 3
    assert not {(face,) for face in PET_FACES} & set(faces)
    assert {(REX,), (TOM,)} <= set(told)


def test_a_nested_key_of_the_same_name_stays(fork_url: str, capsys: pytest.CaptureFixture[str]):
    revert(capsys, fork_url, *REMOVE)

    with psycopg.connect(fork_url) as connection:
        ((config,),) = connection.execute(
            "SELECT value FROM system_metadata WHERE key = 'system-config'"
        )
    assert config["machineLearning"]["classification"] == {"kept": 1}
    assert "classification" not in config


def test_immich_can_write_afterwards(fork_url: str, capsys: pytest.CaptureFixture[str]):
    revert(capsys, fork_url, *REMOVE)

    with psycopg.connect(fork_url) as connection:
        connection.execute(
            'INSERT INTO library (name, "ownerId", "importPaths", "exclusionPatterns") '
            "VALUES ('Cellar', %s, '{}', '{}')",
            [ANNA],
        )
        deleted = connection.execute("DELETE FROM asset WHERE id = %s", [BEACH])
    assert deleted.rowcount == 1


def test_a_fork_stopped_half_way_is_reverted_whole(
    postgres: Server, fork_url: str, vanilla_url: str, capsys: pytest.CaptureFixture[str]
):
    with psycopg.connect(fork_url) as connection:
        leave_half_migrated(connection)

    said = revert(capsys, fork_url, *REMOVE)

    assert said.status == 0, said.errors
    assert dump(postgres, fork_url, *AUDITS) == dump(postgres, vanilla_url, *AUDITS)


def test_what_somebody_began_by_hand_is_finished(
    postgres: Server, fork_url: str, vanilla_url: str, capsys: pytest.CaptureFixture[str]
):
    with psycopg.connect(fork_url) as connection:
        connection.execute("DROP TABLE user_group_member, user_group")
        connection.execute('ALTER TABLE asset_job_status DROP COLUMN "petsDetectedAt"')
        connection.execute("DELETE FROM kysely_migrations WHERE name LIKE '%UserGroup%'")

    said = revert(capsys, fork_url, *REMOVE)

    assert said.status == 0, said.errors
    assert dump(postgres, fork_url, *AUDITS) == dump(postgres, vanilla_url, *AUDITS)


def test_a_backup_is_enough(
    postgres: Server,
    fork_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    backup = tmp_path / "immich.sql"
    backup.write_text(dump(postgres, fork_url))

    said = revert(capsys, fork_url, *TOKEN, "--backup", str(backup))

    assert said.status == 0, said.errors
    assert said.results[-1].startswith("Cleanup finished")


def test_the_address_may_come_from_the_environment_and_its_password_is_never_shown(
    fork_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    parts = urlsplit(fork_url)
    monkeypatch.setenv(
        "IMMICH_DATABASE_URL",
        f"postgresql://postgres:s3cret@{parts.hostname}:{parts.port}{parts.path}",
    )

    status = main([])

    told = capsys.readouterr()
    assert status == 0
    assert "s3cret" not in told.out + told.err


def test_the_command_runs_by_its_name():
    done = subprocess.run(
        [sys.executable, "-m", "migrations.revert_to_immich", "--help"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert "i_accept_data_loss" in done.stdout
