"""Objects of S3-compatible storage: listed by pages, taken once and whole, archived; every request signed."""

import gzip
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from konnektu.core.errors import Unprocessable
from konnektu.imports import api as imports
from konnektu.outgoing.api import Unanswered
from konnektu.transfers import api
from konnektu.transfers.model import PlaceRefused, PlaceSilent, WrongPlace
from konnektu.transfers.places.s3 import _client
from tests.doubles.s3 import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, S3Server, signature, string_to_sign
from tests.transfers.conftest import Desk
from tests.transfers.test_taking import people


@pytest.fixture
def bucket() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


def settings_of(server: S3Server, /, **more: object) -> api.S3Place:
    said = {"bucket": BUCKET, "access_key": ACCESS_KEY, "region": REGION, "folder": "crm", **more}
    return api.S3Place(endpoint=server.url, **said)  # type: ignore[arg-type]


def place_of(desk: Desk, server: S3Server, /, secret: str = SECRET_KEY, **more: object) -> api.Place:
    name = f"bucket {len(api.places(desk.storage, desk.workspace))}"
    return api.add_place(
        desk.storage, desk.caller, name, settings_of(server, **more), api.Secret(secret), now=desk.now
    )


def test_the_double_signs_as_the_specification_does() -> None:
    """The example "GET Object" of the specification, with its published signature."""
    headers = {
        "host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9", "x-amz-content-sha256": sha256().hexdigest(),
        "x-amz-date": "20130524T000000Z",
    }  # fmt: skip
    scope = "20130524/us-east-1/s3/aws4_request"
    to_sign = string_to_sign("GET", "/test.txt", [], headers, sha256().hexdigest(), "20130524T000000Z", scope)
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    wanted = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    assert signature(secret, "20130524", "us-east-1", scope, to_sign) == wanted


def test_objects_are_taken_once_and_archived(desk: Desk, bucket: S3Server) -> None:
    for number in range(7):
        bucket.put(f"crm/in/people_{number} и + ещё.csv", people(number * 10, 3))
    bucket.put("crm/in/deeper/people_9.csv", people(90, 3))
    bucket.put("crm/in/other.csv", b"x")
    plan = desk.plan(place_of(desk, bucket), size_factor=0)
    for _ in range(2):
        assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (21, {})
    left = sorted(key for key in bucket.objects if not key.startswith("crm/archive/"))
    assert left == ["crm/in/deeper/people_9.csv", "crm/in/other.csv"]
    assert len(bucket.objects) == 9


def test_an_object_that_is_sent_packed_is_taken_unpacked(desk: Desk, bucket: S3Server) -> None:
    bucket.put("crm/in/people_1.csv", gzip.compress(people(0, 40)))
    bucket.packed.add("crm/in/people_1.csv")
    assert desk.run_to_end(desk.plan(place_of(desk, bucket), after="delete")) == "done"
    assert (desk.people(), bucket.objects) == (40, {})


def test_a_cut_object_is_never_taken(desk: Desk, bucket: S3Server) -> None:
    bucket.put("crm/in/people_1.csv", people(0, 2_000))
    bucket.faults["crm/in/people_1.csv"] = "cut"
    plan = desk.plan(place_of(desk, bucket), settle_seconds=0)
    with pytest.raises(Unanswered):
        desk.run(plan)
    assert list(desk.problems()) == ["place"]
    bucket.faults.clear()
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (2_000, {})


def test_an_object_that_changes_while_it_is_read_is_not_taken_then(desk: Desk, bucket: S3Server) -> None:
    bucket.put("crm/in/people_1.csv", people(0, 20))
    bucket.faults["crm/in/people_1.csv"] = "changes"
    plan = desk.plan(place_of(desk, bucket), settle_seconds=0)
    assert desk.run(plan) == "done"
    assert (desk.one(plan).held, imports.imports(desk.storage, desk.workspace)) == ("changed_while_read", [])


def test_what_the_storage_says_is_told(desk: Desk, bucket: S3Server) -> None:
    plan = desk.plan(place_of(desk, bucket, "guess"))
    with pytest.raises(PlaceRefused, match="SignatureDoesNotMatch"):
        desk.run(plan)
    assert "guess" not in desk.problems()["place"]
    other = desk.plan(place_of(desk, bucket, bucket="other"), name="other")
    with pytest.raises(PlaceRefused, match="NoSuchBucket"):
        desk.run(other)
    bucket.faults["crm/in/people_1.csv"] = "slow_down"
    bucket.put("crm/in/people_1.csv", people(0, 2))
    good = place_of(desk, bucket)
    with pytest.raises((PlaceSilent, Unanswered)):
        desk.run(desk.plan(good, name="slow", settle_seconds=0))


def test_a_kept_secret_serves_after_other_settings_change(desk: Desk, bucket: S3Server) -> None:
    place = place_of(desk, bucket)
    moved = api.change_place(
        desk.storage, desk.caller, place.id, name="moved", settings=settings_of(bucket, folder="erp"), secret=None,
        forget_key=False, now=desk.now,
    )  # fmt: skip
    bucket.put("erp/in/people_1.csv", people(0, 2))
    assert desk.run_to_end(desk.plan(moved)) == "done"
    assert desk.people() == 2


def test_a_bucket_may_stand_in_the_host(bucket: S3Server) -> None:
    settings = api.S3Place(
        endpoint="https://storage.example.org", bucket=BUCKET, access_key="x", is_path_style=False
    )
    url = _client(settings, api.Secret("y")).generate_presigned_url(
        "get_object", {"Bucket": BUCKET, "Key": "a"}
    )
    assert url.startswith(f"https://{BUCKET}.storage.example.org/a?X-Amz-Algorithm=AWS4-HMAC-SHA256")


@pytest.mark.parametrize("wrong", [{"bucket": "no/bucket"}, {"region": "a b"}, {"endpoint": "storage"}])
def test_settings_are_checked_when_they_are_written(
    desk: Desk, bucket: S3Server, wrong: dict[str, str]
) -> None:
    said: dict[str, Any] = {"endpoint": bucket.url, "bucket": BUCKET, "access_key": "x", **wrong}
    with pytest.raises((WrongPlace, Unprocessable)):
        api.add_place(desk.storage, desk.caller, "wrong", api.S3Place(**said), api.Secret("x"), now=desk.now)
