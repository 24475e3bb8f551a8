"""A route of the API: what it takes, what it answers, and how it can fail."""

from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.api.values import Kind

# Who may ask: owners; guests of a link as well; everybody.
Access = Literal["owner", "guest", "open"]


class Company:
    """Whether another parameter is given, whatever its value."""


GIVEN = Company()
ABSENT = Company()


@dataclass(frozen=True)
class Parameter:
    """A value of the address or a field of the body.

    Attributes:
        name: As requests write it.
        kind: What it must be.
        says: What it means, for the documentation.
        example: As JSON; a request with it is answered.
        default: What it is where it isn't given.
        is_required: Whether it must be given, wherever it may be.
        only_with: A parameter and the value of it without which this one is refused; or
            `GIVEN` for any value of it, `ABSENT` for none.
        not_with: A parameter beside which this one is refused.
    """

    name: str
    kind: Kind
    says: str
    example: Any
    default: Any = None
    is_required: bool = False
    only_with: tuple[str, Any] | None = None
    not_with: str | None = None


@dataclass(frozen=True)
class Answer:
    """A success.

    Attributes:
        status: Of HTTP.
        says: What it means.
        schema: Name of the body's schema; None for no body.
    """

    status: int
    says: str
    schema: str | None = None


@dataclass(frozen=True)
class Route:
    """A method of a path.

    Attributes:
        method: In capitals. Where GET is, HEAD is too.
        path: Below ``/api``, with parameters in braces.
        name: Its operation's, unique.
        summary: What it does, one line.
        answer: Its success.
        parameters: Of the path and of the query.
        fields: Of the body.
        errors: Codes of what it can fail by, beyond what every such route can.
        is_revalidated: Whether it has an ETag and answers 304 to one that is known.
        access: Who may ask for it.
    """

    method: str
    path: str
    name: str
    summary: str
    answer: Answer
    parameters: tuple[Parameter, ...] = ()
    fields: tuple[Parameter, ...] = ()
    errors: tuple[str, ...] = ()
    is_revalidated: bool = False
    access: Access = "owner"

    @property
    def is_change(self) -> bool:
        """Whether it changes something: asked for by the gallery's own page, as JSON."""
        return self.method != "GET"

    @property
    def segments(self) -> tuple[Parameter, ...]:
        """The parameters of the path."""
        return tuple(known for known in self.parameters if f"{{{known.name}}}" in self.path)

    @property
    def query(self) -> tuple[Parameter, ...]:
        """The parameters of the query."""
        return tuple(known for known in self.parameters if f"{{{known.name}}}" not in self.path)

    @property
    def error_codes(self) -> tuple[str, ...]:
        """The codes of every error that it can answer with."""
        of_change = ("invalid_request", "foreign_origin", "unsupported_media_type")
        # Of a guest, whose link is read for each request.
        of_guest = ("storage_unavailable",)
        refused = {
            "open": (),
            "guest": ("sign_in_required", *of_guest),
            "owner": ("sign_in_required", "forbidden", *of_guest),
        }[self.access]
        names_gallery = any(known.name == "gallery" for known in (*self.parameters, *self.fields))
        codes = (
            "invalid_parameter",
            *(of_change if self.is_change else ()),
            *refused,
            *(("not_found",) if names_gallery else ()),
            *self.errors,
            "internal",
        )
        return tuple(dict.fromkeys(codes))
