"""What somebody is told who wants to add a file, as JSON."""

from typing import TYPE_CHECKING, Any

from chalicelib.api.serializers import JsonObject, asset_json

if TYPE_CHECKING:
    from chalicelib.upload import PartsTicket, UploadTicket


def ticket_json(ticket: "UploadTicket") -> JsonObject:
    """What to do with a file: post the form, or send the parts, or nothing."""
    told: dict[str, Any] = {"id": ticket.id, "duplicate": ticket.existing is not None}
    if ticket.existing is not None:
        found = {"restored": ticket.is_restored, "asset": asset_json(ticket.existing)}
        return told | found
    if ticket.parts is not None:
        return told | {"parts": _parts_json(ticket.parts)}
    return told | {"form": ticket.form}


def _parts_json(parts: "PartsTicket") -> JsonObject:
    return {
        "part_bytes": parts.part_bytes,
        "count": parts.count,
        "upload_id": parts.upload_id,
        "done": [{"number": n, "size_bytes": size} for n, size in parts.done.items()],
        "urls": [
            {"number": part.number, "url": part.url, "headers": dict(part.headers)}
            for part in parts.addresses
        ],
    }
