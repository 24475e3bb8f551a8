import hashlib
from base64 import b64decode, b64encode

from chalicelib.domain.password import hash_password, is_password

SALT = bytes(range(16))
EXPECTED = "5b79052dfab9b6a949bc0cf7f90b2e5bb0edfb618cd9e369bb15121f2cb4f426"


def test_a_password_is_kept_as_a_slow_hash_with_its_salt_and_its_price():
    kept = hash_password("lake at dawn", SALT)

    name, n, r, p, salt, hashed = kept.split("$")
    assert (name, int(n), int(r), int(p)) == ("scrypt", 2**15, 8, 1)
    assert b64decode(salt) == SALT
    assert len(b64decode(hashed)) == 32
    assert "lake" not in kept


def test_the_hash_is_the_one_that_openssl_makes():
    """`openssl kdf -keylen 32 -kdfopt pass:… -kdfopt n:32768 … SCRYPT`, OpenSSL 3.0."""
    kept = hash_password("lake at dawn", SALT)

    assert b64decode(kept.rpartition("$")[2]).hex() == EXPECTED


def test_the_right_password_is_known_and_others_are_not():
    kept = hash_password("Größe ﬁ", SALT)

    assert is_password("Größe ﬁ", kept)
    assert is_password("Gro\u0308ße fi", kept)  # as another keyboard types it
    for wrong in ("", "größe ﬁ", "Größe ﬁ ", "Grösse fi"):
        assert not is_password(wrong, kept)


def test_a_hash_of_another_price_is_still_checked_by_its_own():
    hashed = hashlib.scrypt(b"x", salt=SALT, n=2**10, r=4, p=2, dklen=32)
    kept = hash_password("y", SALT).split("$")
    older = "$".join(["scrypt", "1024", "4", "2", kept[4], b64encode(hashed).decode()])

    assert is_password("x", older)
    assert not is_password("y", older)
