"""Whether an answer tells or gives more than is for whoever asked, whatever they asked for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from tests.aws.doors import Asked, Doors
from tests.aws.site import Answer
from tests.aws.visitors import Rights

# https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3
AWAY = (502, 503, 504)


@dataclass(frozen=True)
class Request:
    """A request that was made up.

    Attributes:
        asked: As it is sent.
        who: What whoever asks is.
        rights: What they may be told of and be given.
        is_open: Whether it is for something that is there for everybody.
    """

    asked: Asked
    who: str
    rights: Rights
    is_open: bool = False


@dataclass
class Tally:
    """How a run went.

    Attributes:
        asked: How many requests there were, by who asked.
        answered: How many of them were told or given something of theirs.
        admitted: What was told or given to somebody whose it is not.
        failed: What the site failed at.
        unanswered: What the edge had no answer for in time; a busy machine may have none.
    """

    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    admitted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def count(self, doors: Doors, request: Request, answer: Answer) -> None:
        """Judge an answer."""
        self.asked[request.who] += 1
        wrong = admitted(doors, request, answer)
        said = f"{answer.status} to {request.who}: {request.asked}"
        self.admitted.extend(f"{what}; {said}" for what in wrong)
        if answer.status >= 500:
            which = self.unanswered if answer.status in AWAY else self.failed
            which.append(f"{answer.body[:200]!r}; {said}")
        if not wrong and answer.status < 400 and tells(doors, request, answer):
            self.answered[request.who] += 1

    def add(self, other: "Tally") -> None:
        """Take another run's in."""
        self.asked += other.asked
        self.answered += other.answered
        self.admitted += other.admitted
        self.failed += other.failed
        self.unanswered += other.unanswered


def admitted(doors: Doors, request: Request, answer: Answer) -> list[str]:
    """What an answer tells or gives that is not for whoever asked; nothing if all is well."""
    whole, rights = _whole(answer), request.rights
    wrong = [
        f"tells {word}"
        for word in doors.all_secrets - rights.words
        if word in whole and word not in request.asked.text
    ]
    sent_to = _addresses(whole) if answer.status < 400 else ()
    wrong += [
        f"sends to {key}" for key in sent_to if doors.photo_of(key) and key not in rights.keys
    ]
    if request.asked.address.startswith("/photos/") and answer.status < 400:
        given = doors.etags.get(answer.headers.get("ETag", ""))
        if given is None:
            wrong.append("gives something else than a photo")
        elif not given & rights.keys:
            wrong.append(f"gives {', '.join(sorted(given))}")
    elif answer.status < 400 and not (rights.is_known or request.is_open or _is_page(answer)):
        wrong.append("answers nobody")
    return wrong


def tells(doors: Doors, request: Request, answer: Answer) -> bool:
    """Whether an answer holds anything that is for whoever asked."""
    if request.asked.address.startswith("/photos/"):
        return bool(doors.etags.get(answer.headers.get("ETag", "")))
    return any(word in _whole(answer) for word in request.rights.words)


def _whole(answer: Answer) -> str:
    return "\n".join((*answer.headers.values(), answer.body.decode("latin-1")))


def _addresses(whole: str) -> Iterable[str]:
    """Keys of what an answer leads to."""
    for found in whole.split("/photos/")[1:]:
        address = found
        for end in '"?\\\n ,;':
            address = address.partition(end)[0]
        yield unquote(address)


def _is_page(answer: Answer) -> bool:
    content_type = str(answer.headers.get("Content-Type", ""))
    return content_type.startswith("text/html") or answer.headers.get("Location") == "/gallery"
