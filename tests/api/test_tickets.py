from chalicelib.api.tickets import ticket_json
from chalicelib.upload import PartAddress, PartsTicket, UploadTicket
from tests.builders import an_asset
from tests.documented import problems


def test_a_ticket_names_what_is_there_or_says_how_to_send_it():
    form = {"url": "u", "fields": {"key": "k"}}

    there = ticket_json(UploadTicket("a1", an_asset("a1")))
    to_send = ticket_json(UploadTicket("a1", form=form))

    assert problems("UploadTicket", there) == problems("UploadTicket", to_send) == []
    assert (there["duplicate"], there["restored"]) == (True, False)
    back = ticket_json(UploadTicket("a1", an_asset("a1"), is_restored=True))
    assert (back["restored"], problems("UploadTicket", back)) == (True, [])
    assert to_send == {"id": "a1", "duplicate": False, "form": form}


def test_a_ticket_of_parts_names_those_that_are_there_and_where_to_send_the_others():
    address = PartAddress(2, "https://s3/2", {"x-amz-checksum-sha256": "abc="})
    parts = PartsTicket(10, 2, "u1", {1: 10}, [address])

    told = ticket_json(UploadTicket("a1", parts=parts))

    assert problems("UploadTicket", told) == []
    assert told == {
        "id": "a1",
        "duplicate": False,
        "parts": {
            "part_bytes": 10,
            "count": 2,
            "upload_id": "u1",
            "done": [{"number": 1, "size_bytes": 10}],
            "urls": [
                {
                    "number": 2,
                    "url": "https://s3/2",
                    "headers": {"x-amz-checksum-sha256": "abc="},
                }
            ],
        },
    }
