"""What an unclean stop leaves, and what the next start makes of it."""

import json
import socket
from pathlib import Path

import pytest

from infra.local.ports import LOOPBACK
from infra.local.saved_state import (
    ESSENTIAL,
    RECONCILE_DUE,
    forget_stream_positions,
    has_kept_objects,
    keep_bare_objects,
    prepare_saved_state,
    set_damaged_state_aside,
    settle_port,
)

BUCKET = "000000000000/contactsheet-local-photos-000000000000-us-east-1"


@pytest.fixture
def said() -> list[str]:
    return []


def sound_state(data: Path) -> Path:
    state = data / "state"
    state.mkdir(parents=True)
    for name in ESSENTIAL:
        (state / f"{name}.json").write_text("{}")
    return state


def test_sound_state_stays(tmp_path: Path, said: list[str]):
    state = sound_state(tmp_path)

    assert set_damaged_state_aside(state, said.append) is None
    assert (state.is_dir(), said) == (True, [])


def test_no_state_is_no_damage(tmp_path: Path, said: list[str]):
    assert set_damaged_state_aside(tmp_path / "state", said.append) is None
    assert said == []


@pytest.mark.parametrize("content", [b"", b'{"payload": {"ta', b"\xff\xfe"])
def test_half_written_state_is_named_and_kept(tmp_path: Path, said: list[str], content: bytes):
    state = sound_state(tmp_path)
    (state / "dynamodb.json").write_bytes(content)

    aside = set_damaged_state_aside(state, said.append)

    assert aside is not None
    assert (aside / "dynamodb.json").read_bytes() == content
    assert not state.exists()
    assert "dynamodb.json can't be read" in said[0]
    assert str(aside) in said[0]


def test_state_without_its_rows_is_damaged(tmp_path: Path, said: list[str]):
    state = sound_state(tmp_path)
    (state / "dynamodb.json").unlink()

    assert set_damaged_state_aside(state, said.append) is not None
    assert "dynamodb.json is missing" in said[0]


def test_rows_are_looked_for_after_an_unclean_stop_until_that_is_done(
    tmp_path: Path, said: list[str]
):
    sound_state(tmp_path)
    (tmp_path / "unclean").touch()

    prepare_saved_state(tmp_path, said.append)
    (tmp_path / "unclean").unlink()
    prepare_saved_state(tmp_path, said.append)

    assert (tmp_path / RECONCILE_DUE).exists()


def test_a_clean_stop_asks_for_nothing(tmp_path: Path, said: list[str]):
    sound_state(tmp_path)

    prepare_saved_state(tmp_path, said.append)

    assert not (tmp_path / RECONCILE_DUE).exists()
    assert not has_kept_objects(tmp_path)


def photo(data: Path, folder: str = "s3") -> Path:
    path = data / folder / BUCKET / "main" / "a.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a photo")
    return path


def test_photos_without_state_wait_for_the_stacks_and_come_back(tmp_path: Path):
    original = photo(tmp_path)
    version = tmp_path / "s3" / ".versions" / BUCKET / "v1" / "main" / "a.jpg"
    version.parent.mkdir(parents=True)
    version.write_bytes(b"older")

    keep_bare_objects(tmp_path, print)
    assert has_kept_objects(tmp_path)
    assert not original.exists()
    # the deployment makes its own buckets, then its state is written
    (tmp_path / "s3" / BUCKET).mkdir(parents=True)
    sound_state(tmp_path)
    keep_bare_objects(tmp_path, print)

    assert original.read_bytes() == b"a photo"
    assert version.read_bytes() == b"older"
    assert not has_kept_objects(tmp_path)


def test_a_bucket_that_a_person_made_comes_back_and_the_old_zips_go(tmp_path: Path):
    account = tmp_path / "s3" / "000000000000"
    theirs = account / "someones.photos-x" / "IMG 1.jpg"
    code = account / "contactsheet-local-code-000000000000-us-east-1" / "api.zip"
    for path in (theirs, code):
        path.parent.mkdir(parents=True)
        path.write_bytes(path.name.encode())
    keep_bare_objects(tmp_path, print)
    code.parent.mkdir(parents=True)
    sound_state(tmp_path)

    keep_bare_objects(tmp_path, print)

    assert theirs.read_bytes() == b"IMG 1.jpg"
    assert not has_kept_objects(tmp_path)
    assert list(tmp_path.rglob("*.zip")) == []


def test_what_can_t_be_put_back_is_kept_and_named(tmp_path: Path):
    theirs = tmp_path / "s3-kept" / "000000000000" / "albums" / "a.jpg"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"mine")
    (tmp_path / "s3" / "000000000000" / "albums").mkdir(parents=True)
    sound_state(tmp_path)
    said: list[str] = []

    keep_bare_objects(tmp_path, said.append)

    (aside,) = tmp_path.glob("s3-set-aside-*")
    assert (aside / "000000000000" / "albums" / "a.jpg").read_bytes() == b"mine"
    assert str(aside) in said[0]


def test_an_interrupted_recovery_loses_no_photo(tmp_path: Path):
    kept = photo(tmp_path, "s3-kept")
    (tmp_path / "s3" / BUCKET).mkdir(parents=True)

    keep_bare_objects(tmp_path, print)

    assert kept.read_bytes() == b"a photo"
    assert not (tmp_path / "s3").exists()


def test_stream_positions_are_forgotten_and_nothing_else(tmp_path: Path):
    path = tmp_path / "lambda.json"
    path.write_text(json.dumps({"payload": {"dynamodb_stream_positions": {"x": 7}, "esms": [1]}}))

    forget_stream_positions(path)

    assert json.loads(path.read_text()) == {"payload": {"esms": [1]}}


def test_port_stays_while_it_is_free(tmp_path: Path):
    assert settle_port(tmp_path) == settle_port(tmp_path)


def test_queues_move_with_the_port(tmp_path: Path):
    state = sound_state(tmp_path)
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        last = taken.getsockname()[1]
        (tmp_path / "emulator-port").write_text(str(last))
        (state / "sqs.json").write_text(f'"http://127.0.0.1:{last}/0/uploads"')
        port = settle_port(tmp_path)

    assert port != last
    assert (state / "sqs.json").read_text() == f'"http://127.0.0.1:{port}/0/uploads"'
    assert (tmp_path / "emulator-port").read_text() == str(port)
