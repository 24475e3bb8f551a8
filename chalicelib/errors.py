"""Errors the gallery raises on purpose.

* GalleryError
  * InvalidRequestError        a request asked for something malformed          -> 400
    x InvalidParameterError    one of its parameters is malformed or unknown    -> 400
    x UnsupportedMediaTypeError  a change that is not application/json          -> 415
    x ForeignOriginError       a change asked for by another site               -> 403
  x SignInRequiredError        nobody is signed in, or not any more             -> 401
  x SignInRefusedError         wrong e-mail, password or code                   -> 401
  x PasswordRequiredError      a link opens with its password only              -> 401
  x ForbiddenError             a guest asks for what is an owner's              -> 403
  x TooManyTriesError          passwords were tried too often; wait             -> 429
  x PasswordSetError           a password is set or may be, the rest failed    -> 500
  * NotFoundError              what was asked for does not exist                -> 404
    x AssetNotFoundError       no asset has that id
    x ObjectNotFoundError      no object has that key in the bucket
  * ConflictError              the asset changed at every attempt to change it  -> 409
    x UndatedError             it has no date that could be moved               -> 409
    x PartsMissingError        parts of an upload are still to be sent          -> 409
  x PagesBusyError             a list changed at every attempt to read it       -> 503
  x ThumbnailPendingError      the thumbnail is still being made                -> 503
  * UndrawableError            no picture can be made of the original, for good -> 422
  x ForeignKeyRefusedError     the key is not one the gallery takes in
  x ConditionFailedError       a row or node is no longer what was read; read it again
  x SetupError                 a setting, table or bucket is missing or wrong
    x ObjectRefusedError       S3 won't give out one object: archived, or denied
  x RowTooLargeError           a row has more than DynamoDB keeps in one item   -> 413
  x StorageUnavailableError    S3 or DynamoDB did not answer; passing
  x InvalidStateTokenError     a token to go on with is not one of ours
  x DecoderMissingError        this function has no decoder for it; the heavy ones have all
"""

from typing import Literal

UndrawableReason = Literal[
    "too-large",
    "truncated",
    "unsupported",
    "corrupt",
    "empty",
    "timeout",
    "out-of-memory",
    "name-taken",
]


class GalleryError(Exception):
    """Base class of every error raised on purpose."""


class InvalidRequestError(GalleryError):
    """A request is malformed as a whole: its body, its combination of parameters."""


class InvalidParameterError(InvalidRequestError):
    """A parameter is unknown, repeated, malformed or out of range.

    Args:
        parameter: The parameter's name, as the caller wrote it.
        problem: What is wrong with it and what would be right.
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(f"{parameter}: {problem}")
        self.parameter = parameter


class UnsupportedMediaTypeError(InvalidRequestError):
    """A change came without ``Content-Type: application/json``."""


class ForeignOriginError(InvalidRequestError):
    """A change was asked for by a page of another origin."""


class SignInRequiredError(GalleryError):
    """Nobody is signed in, or not any more: a cookie is missing, expired or none of ours."""


class SignInRefusedError(GalleryError):
    """An e-mail, a password or a code is wrong; it is not said which."""


class PasswordRequiredError(GalleryError):
    """A link opens only with its password, which is missing or wrong."""


class ForbiddenError(GalleryError):
    """A guest asks for what only an owner may."""


class TooManyTriesError(GalleryError):
    """Passwords or codes were tried too often; the right one would be refused as well."""


class PasswordSetError(GalleryError):
    """A password is set, or may be, and what was to come failed: to ask again would be refused."""


class NotFoundError(GalleryError):
    """What was asked for does not exist, or may not be seen."""


class AssetNotFoundError(NotFoundError):
    """No asset has the requested id."""


class ObjectNotFoundError(NotFoundError):
    """The bucket holds no object under this key, or no longer the version asked for."""


class ConflictError(GalleryError):
    """The asset was changed by others at every attempt; trying again is safe."""


class UndatedError(ConflictError):
    """A photo has no date, so that there is nothing to move and nothing that an offset is of."""


class PartsMissingError(ConflictError):
    """An upload can't be completed: S3 does not have all of its parts."""


class PagesBusyError(GalleryError):
    """A list was rewritten during every attempt to read it; trying again is safe."""


class ThumbnailPendingError(GalleryError):
    """The rendition is being made and was not ready in time."""


class UndrawableError(GalleryError):
    """No picture can be made of an original, now or later.

    Args:
        reason: One word of the API: what kind of failure it is.
        detail: One sentence for a person.
    """

    def __init__(self, reason: UndrawableReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: UndrawableReason = reason
        self.detail = detail


class DecoderMissingError(GalleryError):
    """This deployment can't draw it, or not for certain; one that has every decoder decides."""


class ForeignKeyRefusedError(GalleryError):
    """An S3 key that the gallery does not take in: no gallery, or a ``..`` segment."""


class ConditionFailedError(GalleryError):
    """A conditional write lost to another: read again and repeat."""


class SetupError(GalleryError):
    """A setting, table or bucket is missing or wrong; the message names the next step."""


class RowTooLargeError(GalleryError):
    """A row has more than the 400 kB that DynamoDB keeps in one item."""


class ObjectRefusedError(SetupError):
    """S3 refuses one object, which is archived or denied; it may give out others."""


class StorageUnavailableError(GalleryError):
    """S3 or DynamoDB failed or throttled after all retries: a passing fault."""


class InvalidStateTokenError(GalleryError):
    """A token to go on with was altered or belongs to another run."""
