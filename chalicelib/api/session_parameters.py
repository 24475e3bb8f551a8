"""Every parameter and field of signing in, of galleries' owners, and of links."""

from dataclasses import replace

from chalicelib.api.parameters import GALLERY, GALLERY_ID, ID
from chalicelib.api.route import ABSENT, GIVEN, Parameter
from chalicelib.api.values import Flag, OrNull, Pattern, Text, Texts, Whole

_EMAIL = Pattern("[^@\\s]{1,64}@[^@\\s]{1,190}", "an e-mail address")
_PASSWORD = Text(1, 256)
# As short as the user pool takes one (infra/data.yaml), and asked before it knows whose it is.
_OWN_PASSWORD = Text(12, 256)
EMAIL = Parameter("email", _EMAIL, "Whose account.", "ann@example.org", is_required=True)
NEW_PASSWORD = Parameter(
    "new_password",
    _OWN_PASSWORD,
    "The first one of their own.",
    "correct Horse 9 battery",
    is_required=True,
    only_with=("session", GIVEN),
)
SIGN_IN = (
    EMAIL,
    Parameter(
        "password",
        _PASSWORD,
        "Theirs.",
        "tea-Spoon 7 harbour",
        is_required=True,
        only_with=("session", ABSENT),
    ),
    Parameter(
        "session",
        Text(1, 4096),
        "As the answer to a password for once told it.",
        "AYABeC1-Y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNl",
    ),
    NEW_PASSWORD,
)
CODE = Parameter(
    "code", Pattern("[0-9]{6}", "6 digits"), "As it was sent.", "493817", is_required=True
)
RESET = (
    EMAIL,
    CODE,
    Parameter(
        "password", _OWN_PASSWORD, "The new one.", "correct Horse 9 battery", is_required=True
    ),
)
CHANGED_PASSWORD = (
    Parameter("old", _PASSWORD, "The one until now.", "tea-Spoon 7 harbour", is_required=True),
    Parameter(
        "new", _OWN_PASSWORD, "The one from now on.", "correct Horse 9 battery", is_required=True
    ),
)
_SHARE_ID = Pattern("[A-Za-z0-9_-]{32}", "a link's 32 characters")
_SHARE = "pX3vQ9Zr0aYt7uWk2nB5mD8fG1hJ4sLc"
OPENED_SHARE = (
    Parameter("token", _SHARE_ID, "What the link ends with.", _SHARE, is_required=True),
    Parameter("password", _PASSWORD, "The link's, where it has one.", "lake at dawn"),
)
OWNED_GALLERY = Parameter(
    "gallery",
    GALLERY_ID,
    "The gallery's id.",
    "main",
)
GALLERY_NAME = Parameter(
    "name", Text(1, 100), "What it is called.", "Holidays 2024", is_required=True
)
OWNER = Parameter(
    "owner", Text(1, 128), "The id of one of its owners.", "93b4c8f2-50a1-70de-9c0a-2f4b8d1e6a77"
)
SHARE = Parameter("id", _SHARE_ID, "The link's id.", _SHARE)
_SHARE_NAME = Parameter(
    "name", Text(0, 100), "What it is called; guests read it, too.", "For Grandma"
)
_MAY_DOWNLOAD = Parameter(
    "may_download", Flag(), "Whether originals and videos are given out.", True
)
_DAYS = Parameter(
    "days",
    OrNull(Whole(1, 3650)),
    "After so many days from now it shows nothing any more; null for never.",
    30,
)
_SHARE_PASSWORD = Parameter(
    "password",
    OrNull(Text(8, 256)),
    "Asked of whoever opens it; null for none. Another one shuts out who has it open.",
    "lake at dawn",
)
NEW_SHARE = (
    GALLERY,
    Parameter(
        "asset_ids",
        Texts(Text(1, 2048), 500),
        "Of a selection; the whole timeline where it isn't given.",
        [ID.example],
    ),
    replace(_SHARE_NAME, default=""),
    replace(_MAY_DOWNLOAD, default=False),
    _DAYS,
    _SHARE_PASSWORD,
)
CHANGED_SHARE = (_SHARE_NAME, _MAY_DOWNLOAD, _DAYS, _SHARE_PASSWORD)
