"""The signing key: made once, never changed in place, trusted as long as it is of use."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from infra.aws.signing_key import (
    Places,
    make_private_half,
    place_keys,
    provide_key,
    public_half,
    take_next_key,
)
from infra.aws.site import plan_places
from tests.infra.aws.clients import stubbed

NAME = "/contactsheet/live/signing-key"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEYS = st.sampled_from(["", "one", "two", "three"])


def parameter(value: str) -> dict[str, object]:
    return {"Parameter": {"Name": NAME, "Value": value, "LastModifiedDate": NOW}}


class TestPlaces:
    def test_the_first_key_takes_the_first_place(self):
        assert place_keys(Places(), "one", None, keep=False) == [Places("one", "")]

    def test_the_key_that_follows_takes_the_other_place(self):
        assert place_keys(Places("one", ""), "one", "two", keep=False) == [Places("one", "two")]
        assert place_keys(Places("", "one"), "one", "two", keep=False) == [Places("two", "one")]

    def test_a_place_is_emptied_before_another_key_takes_it(self):
        steps = place_keys(Places("one", "two"), "two", "three", keep=True)

        assert steps == [Places("", "two"), Places("three", "two")]

    def test_a_key_that_was_exchanged_is_trusted_until_nothing_signed_by_it_is_good(self):
        assert place_keys(Places("old", "new"), "new", None, keep=True) == [Places("old", "new")]
        assert place_keys(Places("old", "new"), "new", None, keep=False) == [Places("", "new")]

    @given(
        st.tuples(KEYS, KEYS).filter(lambda keys: keys[0] != keys[1] or keys[0] == ""),
        st.sampled_from(["one", "two", "three"]),
        st.none() | st.sampled_from(["four", "five"]),
        st.booleans(),
    )
    def test_whatever_is_there_the_wanted_key_ends_trusted_and_none_is_changed_in_place(
        self, current: tuple[str, str], wanted: str, following: str | None, keep: bool
    ):
        before = Places(*current)

        steps = place_keys(before, wanted, following, keep=keep)

        for earlier, later in zip([before, *steps], steps, strict=False):
            for old, new in ((earlier.a, later.a), (earlier.b, later.b)):
                assert old in ("", new) or new == ""
        if wanted in current:
            assert all(wanted in (step.a, step.b) for step in steps)
        last = {steps[-1].a, steps[-1].b}
        assert wanted in last
        assert following is None or following in last
        assert all(step != Places() for step in steps)


class TestAsCloudFormationHandsThemBack:
    @pytest.mark.parametrize("trimmed", [lambda pem: pem, str.strip])
    def test_a_key_is_the_same_with_and_without_its_last_newline(
        self, trimmed: Callable[[str], str]
    ):
        public = public_half(make_private_half())
        assert public.endswith("-----\n")

        current = Places.of({"PublicKeyA": trimmed(public)})
        steps = place_keys(current, public, None, keep=True)

        # and the edge is given the text that it was given: another one would be another key
        assert steps == [Places(public, "")]
        assert steps[0].parameters == {"PublicKeyA": public, "PublicKeyB": ""}

    def test_no_key_stays_no_key(self):
        assert Places.of({}) == Places.of({"PublicKeyA": "", "PublicKeyB": "\n"}) == Places()


class TestPlanning:
    def test_it_is_foreseen_without_making_a_key(self):
        ssm, answers = stubbed("ssm")
        answers.add_client_error("get_parameter", "ParameterNotFound")
        answers.add_client_error("get_parameter", "ParameterNotFound")

        (places,) = plan_places(ssm, "live", {}, NOW, makes=False, exchange=True)

        assert all(places.parameters.values())
        assert places.a != places.b
        answers.assert_no_pending_responses()

    def test_a_key_that_is_not_made_yet_leaves_the_one_before_it_trusted(self):
        """As one that has just been made does: what is foreseen is what is done."""
        ssm, answers = stubbed("ssm")
        answers.add_client_error("get_parameter", "ParameterNotFound")

        (places,) = plan_places(
            ssm, "live", {"PublicKeyA": "old"}, NOW, makes=False, exchange=False
        )

        assert places.a == "old\n"
        assert places.b


class TestMaking:
    def test_it_is_what_cloudfront_takes(self):
        """RSA of 2,048 bits; the public half as PEM, in a CloudFormation parameter of 4,096."""
        private = make_private_half()

        key = load_pem_private_key(private.encode(), None)
        public = public_half(private)

        assert isinstance(key, RSAPrivateKey)
        assert key.key_size == 2048
        assert public.startswith("-----BEGIN PUBLIC KEY-----\n")
        assert len(public) < 4096
        assert len(private) < 4096  # what a standard parameter holds

    def test_there_is_one_for_ever(self):
        ssm, answers = stubbed("ssm")
        private = make_private_half()
        answers.add_response("get_parameter", parameter(private))

        key = provide_key(ssm, NAME)

        assert key.public == public_half(private)
        answers.assert_no_pending_responses()

    def test_of_two_that_are_made_at_once_the_first_counts(self):
        ssm, answers = stubbed("ssm")
        theirs = make_private_half()
        answers.add_client_error("get_parameter", "ParameterNotFound")
        answers.add_client_error("put_parameter", "ParameterAlreadyExists")
        answers.add_response("get_parameter", parameter(theirs))

        key = provide_key(ssm, NAME)

        assert key.public == public_half(theirs)

    def test_the_next_one_takes_its_place_and_lies_in_one_only(self):
        ssm, answers = stubbed("ssm")
        following = {"Name": f"{NAME}-next"}
        answers.add_response(
            "get_parameter", parameter("PEM"), {**following, "WithDecryption": True}
        )
        answers.add_response(
            "put_parameter",
            {},
            {"Name": NAME, "Type": "SecureString", "Value": "PEM", "Overwrite": True},
        )
        answers.add_response("delete_parameter", {}, following)

        take_next_key(ssm, "live")

        answers.assert_no_pending_responses()
