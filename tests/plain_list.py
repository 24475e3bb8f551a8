"""What the API is to answer, by a plain list of photos."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Photo:
    """What a person knows of a photo."""

    id: str
    name: str
    is_video: bool
    taken: str | None
    faces_of_ann: int
    is_favorite: bool = False
    is_failed: bool = False
    visibility: str = "timeline"
    deleted: str | None = None

    def shown_in(self, view: str, person: str | None) -> bool:
        if self.visibility == "locked":
            return view == "locked"
        if self.deleted:
            return view == "bin"
        if self.visibility != "timeline":
            return view == self.visibility
        if person is not None:
            return person == "ann" and self.faces_of_ann > 0
        marked = {"fav": self.is_favorite, "failed": self.is_failed}
        return view == "all" or marked.get(view, False)

    def stands_at(self, view: str) -> str:
        return (self.deleted if view == "bin" else self.taken) or "0000-00"


@dataclass(frozen=True)
class Asked:
    """What is asked of a list."""

    view: str = "all"
    person: str | None = None
    kind: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    search: str | None = None

    @property
    def query(self) -> dict[str, list[str]]:
        given = {
            "view": self.view if self.person is None else None,
            "person_id": self.person,
            "content_type": self.kind,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "search": self.search,
        }
        return {name: [value] for name, value in given.items() if value is not None}

    def has(self, photo: Photo) -> bool:
        day = photo.stands_at(self.view)[:10]
        is_dated = bool(self.date_from or self.date_to)
        return (
            photo.shown_in(self.view, self.person)
            and (self.kind is None or photo.is_video == (self.kind == "video"))
            and not (is_dated and day == "0000-00")
            and (self.date_from is None or day >= self.date_from)
            and (self.date_to is None or day <= self.date_to)
            and (self.search is None or plain(self.search) in plain(photo.name))
        )


def plain(text: str) -> str:
    """Without case and accents, another way than the product's."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in letters if not unicodedata.category(c).startswith("M"))
