"""The local gallery's owner: their password, and that they are let in."""

from pathlib import Path
from typing import Any

from infra.local.owner import keep_password, provide_owner, write_private
from tests.builders import a_gallery
from tests.memory_cognito import CLIENT, POOL, MemoryPool


def test_a_password_is_made_once(tmp_path: Path):
    path = tmp_path / "owner-password"

    first = keep_password(path)

    assert keep_password(path) == first
    assert keep_password(tmp_path / "another") != first
    assert len(first) >= 12  # as data.yaml wants it


def test_nobody_else_can_read_it_even_where_everybody_could_before(tmp_path: Path):
    path = tmp_path / "endpoints.json"
    path.write_text("of an earlier version")
    path.chmod(0o644)

    write_private(path, "secret")

    assert (path.read_text(), path.stat().st_mode & 0o777) == ("secret", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_the_owner_can_sign_in_and_owns_the_gallery_whatever_was_before():
    gallery, pool = a_gallery(), MemoryPool()

    def provide(password: str) -> None:
        client: Any = pool
        provide_owner(client, POOL, CLIENT, gallery.access, "o@localhost.test", password, ["main"])

    provide("the first of two")
    provide("the second of two")

    user = pool.users["o@localhost.test"]
    assert (user.password, user.is_for_once) == ("the second of two", False)
    assert gallery.access.galleries_of(user.id) == {"main"}
    assert gallery.access.gallery("main").owners == {user.id: "o@localhost.test"}
