"""Every kind of forgery that we could think of, each through the running site's own door.

For each the same is asked honestly, too, and is answered: whatever refuses the forgery, it is not
that the request would have been refused anyway.
"""

from collections.abc import Callable

import pytest

from tests.aws.doors import Asked, Doors
from tests.aws.forged_links import LINKS, OWNERS
from tests.aws.forged_origins import ORIGINS
from tests.aws.forged_photos import ADDRESSES, COOKIES
from tests.aws.forged_tokens import TOKENS
from tests.aws.forgery import listing, session
from tests.aws.site import Answer

REFUSED = range(400, 500)
FORGERIES = {**TOKENS, **COOKIES, **ADDRESSES, **LINKS, **OWNERS, **ORIGINS}


def told(doors: Doors, asked: Asked, answer: Answer) -> set[str]:
    """What of the site's secrets an answer holds that the request did not."""
    whole = "\n".join((*answer.headers.values(), answer.body.decode("latin-1")))
    return {word for word in doors.all_secrets if word in whole and word not in asked.text}


@pytest.fixture(scope="module")
def honestly(doors) -> Callable[[Asked], Answer]:
    """Asks what is not forged, once: many forgeries are of one request."""
    answers: dict[str, Answer] = {}

    def ask(asked: Asked) -> Answer:
        said = repr(asked)
        if said not in answers:
            answers[said] = doors.send(asked)
        return answers[said]

    return ask


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forgery_is_refused_where_the_same_asked_honestly_is_answered(doors, honestly, forgery):
    forged, honest = forgery.forged(doors), forgery.honest(doors)

    refused, answered = doors.send(forged), honestly(honest)

    assert answered.status < 400, answered.body
    assert refused.status in REFUSED
    assert refused.status in forgery.statuses, refused.body
    assert told(doors, forged, refused) == set()
    assert "Set-Cookie" not in refused.headers


def test_after_all_of_them_nothing_has_changed(doors):
    def listed(gallery: str, token: str, name: str) -> set[str]:
        asked = Asked("GET", f"{listing(gallery)}&view={name}", (session(token),))
        return {item["id"] for item in doors.send(asked).json["items"]}

    for person in (doors.ann, doors.ben):
        for name in ("all", "archive", "hidden", "locked", "bin"):
            state = "timeline" if name == "all" else name
            expected = {
                photo.id
                for photo in doors.photos.values()
                if (photo.gallery, photo.state) == (person.gallery, state)
            }
            assert listed(person.gallery, person.token, name) == expected


def test_there_are_forgeries_of_forty_kinds_at_least_and_of_each_sort():
    assert len(FORGERIES) >= 40
    assert len({name.partition(":")[0] for name in FORGERIES}) == 6
    assert min(map(len, (TOKENS, COOKIES, ADDRESSES, LINKS, OWNERS, ORIGINS))) >= 14
