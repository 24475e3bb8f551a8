"""A slice of the requests that ``make soak-doors`` makes up; and their judge, judged.

What the judge is asked to find is no invention: it is the true answer to somebody, taken for the
answer to somebody else.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.aws.doors import Asked, Doors
from tests.aws.forged_photos import address_of, shows_ann
from tests.aws.forgery import SAME_ORIGIN, asset, guest, listing, session
from tests.aws.generated_requests import Requests
from tests.aws.generated_run import changed, everything, run_generated
from tests.aws.judge import Request, Tally, admitted
from tests.aws.visitors import NOTHING, Rights, rights_of_link, rights_of_owner

SEED, COUNT = 7, 1000
# Who must have been told or given what is theirs, or nothing was shown by what others were not.
ANSWERED = {
    *("ann", "ben", "owner and guest", "with photo cookies", "with a signature"),
    *("guest of all", "guest of loan", "guest of few", "guest of ben", "guest of word"),
}


def test_whoever_asks_for_whatever_is_told_and_given_only_what_is_theirs(doors):
    before = everything(doors)

    tally = run_generated(doors, SEED, COUNT)

    assert tally.admitted == []
    assert tally.failed == []
    assert len(tally.unanswered) <= COUNT / 100
    assert changed(before, everything(doors)) == []
    assert tally.asked.total() == COUNT
    assert tally.answered.keys() >= ANSWERED


def test_what_an_owner_changes_is_seen_as_a_change(doors):
    before = everything(doors)
    address = asset(doors.photos["six"], "/favorite")
    for method in ("PUT", "DELETE"):
        answer = doors.send(Asked(method, address, (session(doors.ben.token), SAME_ORIGIN), {}))
        assert answer.status == 200
        (found,) = changed(before, everything(doors))
        assert doors.photos["six"].id in found


def test_one_seed_makes_up_the_same_requests_again(doors):
    def visitors(seed: int) -> list[tuple[str, str]]:
        requests = Requests(doors, seed)
        made = [requests.request() for _ in range(60)]
        return [(request.who, request.asked.method) for request in made]

    assert visitors(1) == visitors(1) != visitors(2)


As = Callable[[Doors], Asked]
TRUE_ANSWERS: dict[str, As] = {
    "a list": lambda d: Asked("GET", listing(d.ann.gallery), (session(d.ann.token),)),
    "a hidden list": lambda d: Asked(
        "GET", f"{listing(d.ann.gallery)}&view=hidden", (session(d.ann.token),)
    ),
    "a photo": lambda d: Asked("GET", asset(d.photos["locked"]), (session(d.ann.token),)),
    "where an original is": lambda d: Asked(
        "GET", asset(d.photos["one"], "/original"), (session(d.ann.token),)
    ),
    "where a guest's original is": lambda d: Asked(
        "GET", asset(d.photos["one"], "/original"), (guest(d.links["loan"]),)
    ),
    "a guest's list": lambda d: Asked("GET", listing(d.ann.gallery), (guest(d.links["all"]),)),
    "links": lambda d: Asked(
        "GET", f"/api/shares?gallery={d.ann.gallery}", (session(d.ann.token),)
    ),
    "who it is": lambda d: Asked("GET", "/api/session", (session(d.ann.token),)),
    "a photo by cookies": shows_ann,
    "a photo by its address": lambda d: Asked("GET", address_of(d)),
    "whether a photo is there": lambda d: Asked("HEAD", address_of(d)),
    "a part of a photo": lambda d: Asked("GET", address_of(d), (("Range", "bytes=0-3"),)),
}


@pytest.mark.parametrize("make", TRUE_ANSWERS.values(), ids=TRUE_ANSWERS)
def test_the_judge_knows_an_answer_to_somebody_else(doors, make):
    asked = make(doors)
    answer, anns = doors.send(asked), rights_of_owner(doors, doors.ann)

    assert answer.status < 400
    assert admitted(doors, Request(asked, "ann", anns), answer) == []
    for other in (NOTHING, rights_of_owner(doors, doors.ben)):
        assert admitted(doors, Request(asked, "somebody else", other), answer) != []


def test_the_judge_knows_an_original_that_is_not_given_out(doors):
    asked = TRUE_ANSWERS["where an original is"](doors)
    shown = rights_of_link(doors, doors.links["all"])

    assert admitted(doors, Request(asked, "guest", shown), doors.send(asked)) == [
        f"sends to {doors.photos['one'].original}"
    ]


def test_the_judge_knows_an_answer_to_nobody_that_tells_nothing(doors):
    asked = Asked("GET", "/api/openapi.json", (session(doors.ann.token),))
    answer = doors.send(asked)

    assert admitted(doors, Request(asked, "nobody", NOTHING), answer) == ["answers nobody"]
    assert admitted(doors, Request(asked, "somebody", Rights(is_known=True)), answer) == []


def test_what_is_admitted_and_what_fails_is_counted(doors):
    asked = shows_ann(doors)
    answer, tally = doors.send(asked), Tally()

    tally.count(doors, Request(asked, "nobody", NOTHING), answer)
    tally.count(doors, Request(asked, "ann", rights_of_owner(doors, doors.ann)), answer)
    for status in (500, 502):
        tally.count(doors, Request(asked, "ann", NOTHING), replace(answer, status=status))

    assert (tally.asked["ann"], tally.answered["ann"]) == (3, 1)
    assert tuple(map(len, (tally.admitted, tally.failed, tally.unanswered))) == (1, 1, 1)
