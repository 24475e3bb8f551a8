"""The owner of the local gallery: somebody who can sign in, as in an account of their own."""

import os
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.galleries import give_gallery
from chalicelib.storage.access import Access
from chalicelib.storage.accounts import Accounts

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

EMAIL = "owner@localhost.test"
PASSWORD_BYTES = 15  # 20 characters; the pool wants 12


def keep_password(path: Path) -> str:
    """The owner's password: made once, and kept where nobody else of this machine can read it."""
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    write_private(path, f"{password}\n")
    return password


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read; whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)


def provide_owner(
    cognito: "CognitoIdentityProviderClient",
    pool: str,
    app_client: str,
    access: Access,
    email: str,
    password: str,
    galleries: Collection[str],
) -> None:
    """Let somebody sign in with a password, and own galleries; again and again the same.

    Whatever password they had before: the one that is printed is the one that works.

    Args:
        cognito: A client of user pools.
        pool: Id of the gallery's.
        app_client: Id of its client.
        access: Whose galleries are whose.
        email: Theirs.
        password: As strong as the pool wants it.
        galleries: Ids; made where they are missing.
    """
    accounts = Accounts(cognito, pool, app_client)
    for gallery in galleries:
        give_gallery(gallery, email, access, accounts)
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=email, Password=password, Permanent=True
    )
