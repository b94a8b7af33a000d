"""Files on a server of SFTP: taken once, whole, and put away; whatever is wrong with one is said and waits."""

import gzip
import os
from pathlib import Path

import asyncssh
import pytest

from konnektu.core.errors import Unprocessable
from konnektu.imports import api as imports
from konnektu.transfers import api
from konnektu.transfers.model import HostKeyChanged, PlaceRefused, PlaceSilent
from tests.doubles.sftp import USER, SftpServer
from tests.transfers.conftest import Desk


def people(first: int, count: int) -> bytes:
    rows = [f"+7903{number + 1_000_000};Имя {number}\n" for number in range(first, first + count)]
    return ("Телефон;Имя\n" + "".join(rows)).encode()


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def put(remote: Path, name: str, content: bytes, age: int = 3_600) -> Path:
    path = remote / "in" / name
    path.write_bytes(content)
    at = path.stat().st_mtime - age
    os.utime(path, (at, at))
    return path


def test_a_file_is_taken_once_and_archived(desk: Desk, server: SftpServer, remote: Path) -> None:
    put(remote, "people_1.csv", people(0, 50))
    plan = desk.plan(desk.sftp(server))
    assert desk.run(plan) == "later"
    assert (desk.one(plan).state, desk.people()) == ("seen", 0)
    assert desk.run_to_end(plan) == "done"
    assert (desk.one(plan).state, desk.people()) == ("done", 50)
    assert names(remote / "in") == []
    (kept,) = names(remote / "archive")
    assert kept.endswith("-people_1.csv")
    assert desk.run_to_end(plan) == "done"
    assert (len(desk.files(plan)), desk.people(), desk.problems()) == (1, 50, {})


def test_files_come_in_the_order_of_their_dates(desk: Desk, server: SftpServer, remote: Path) -> None:
    for day, first in (("20260103", 30), ("20260101", 10), ("20260102", 20), ("20261301", 40)):
        put(remote, f"people_{day}_x.csv", people(first, 2))
    plan = desk.plan(desk.sftp(server), "in/people_{YYYY}{MM}{DD}*.csv", after="delete")
    assert desk.run_to_end(plan) == "done"
    taken = sorted(desk.files(plan), key=lambda file: file.imported)
    assert [file.path for file in taken] == [f"in/people_2026010{day}_x.csv" for day in (1, 2, 3)]
    assert names(remote / "in") == ["people_20261301_x.csv"]


def test_the_same_content_under_another_name_is_not_taken_again(
    desk: Desk, server: SftpServer, remote: Path
) -> None:
    put(remote, "people_1.csv", people(0, 5))
    plan = desk.plan(desk.sftp(server))
    desk.run_to_end(plan)
    put(remote, "people_2.csv", people(0, 5), age=10)
    put(remote, "people_1.csv", people(0, 5), age=20)
    assert desk.run_to_end(plan) == "done"
    assert [file.state for file in desk.files(plan)] == ["done"] * 3
    assert (len(imports.imports(desk.storage, desk.workspace)), desk.people()) == (1, 5)
    assert names(remote / "in") == []


def test_a_file_that_stays_is_taken_once_and_again_when_it_changes(
    desk: Desk, server: SftpServer, remote: Path
) -> None:
    put(remote, "people_1.csv", people(0, 5))
    plan = desk.plan(desk.sftp(server), after="keep")
    for _ in range(2):
        assert desk.run_to_end(plan) == "done"
        assert desk.people() == 5
    put(remote, "people_1.csv", people(5, 6), age=30)
    assert desk.run_to_end(plan) == "done"
    assert desk.people() == 11


def test_a_file_waits_for_its_ready_file_and_both_go(desk: Desk, server: SftpServer, remote: Path) -> None:
    put(remote, "people_1.csv", people(0, 5))
    plan = desk.plan(desk.sftp(server), ready_suffix=".ok")
    assert desk.run_to_end(plan) == "done"
    assert (desk.files(plan), desk.people()) == ([], 0)
    put(remote, "people_1.csv.ok", b"")
    assert desk.run_to_end(plan) == "done"
    assert desk.people() == 5
    assert names(remote / "in") == []


def test_a_growing_file_is_said_and_taken_when_it_rests(desk: Desk, server: SftpServer, remote: Path) -> None:
    path = put(remote, "people_1.csv", people(0, 5))
    plan = desk.plan(desk.sftp(server))
    assert desk.run(plan) == "later"
    with path.open("ab") as file:
        file.write(people(5, 5).split(b"\n", 1)[1])
    desk.clock.advance(31_000)
    assert desk.run(plan) == "later"
    assert (desk.one(plan).held, list(desk.problems()), desk.people()) == ("growing", ["held"], 0)
    desk.clock.advance(31_000)
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (10, {})


@pytest.mark.parametrize(
    ("content", "held"),
    [
        (b"", "empty"),
        ("Телефон;Имя\n".encode() + b"+79031111111;A\n+7903222", "half_written"),
        (gzip.compress(people(0, 2_000))[:-200], "half_written"),
        (b"\n\n", "empty"),
        ("Почта;Имя\n".encode() + b"a@b.ru;A\n", "wrong_mapping"),
    ],
)
def test_what_is_wrong_waits_with_a_reason_and_a_whole_one_takes_its_place(
    desk: Desk, server: SftpServer, remote: Path, content: bytes, held: str
) -> None:
    put(remote, "people_1.csv", content)
    put(remote, "people_2.csv", people(100, 3))
    plan = desk.plan(desk.sftp(server))
    assert desk.run_to_end(plan) == "done"
    states = {file.path: (file.state, file.held) for file in desk.files(plan)}
    assert states == {"in/people_1.csv": ("held", held), "in/people_2.csv": ("done", "")}
    assert held in desk.problems()["held"]
    assert "people_1.csv" in names(remote / "in")
    put(remote, "people_1.csv", people(0, 5), age=60)
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (8, {})


def test_an_unusual_size_waits_until_a_person_accepts_it(
    desk: Desk, server: SftpServer, remote: Path
) -> None:
    plan = desk.plan(desk.sftp(server))
    for number in range(4):
        put(remote, f"people_{number}.csv", people(number * 100, 40))
        desk.run_to_end(plan)
    put(remote, "people_9.csv", people(900, 3))
    assert desk.run_to_end(plan) == "done"
    file = desk.files(plan)[0]
    assert (file.state, file.held, desk.people()) == ("held", "unusual_size", 160)
    assert desk.run_to_end(plan) == "done"
    assert "unusual_size" in desk.problems()["held"]
    accepted = api.accept(desk.storage, desk.caller, plan.id, file.id, now=desk.now)
    assert accepted.is_accepted
    assert desk.run_to_end(plan) == "done"
    assert (desk.files(plan)[0].state, desk.people(), desk.problems()) == ("done", 163, {})


def test_a_plan_that_gets_nothing_is_late(desk: Desk, server: SftpServer, remote: Path) -> None:
    plan = desk.plan(desk.sftp(server), late_hours=24)
    assert (desk.run(plan), desk.problems()) == ("done", {})
    desk.clock.advance(25 * 3_600_000)
    assert desk.run(plan) == "done"
    assert "24 hours" in desk.problems()["late"]
    put(remote, "people_1.csv", people(0, 5))
    assert desk.run_to_end(plan) == "done"
    assert desk.problems() == {}


def test_a_line_that_breaks_amid_a_file_costs_a_try(desk: Desk, server: SftpServer, remote: Path) -> None:
    put(remote, "people_1.csv", people(0, 50_000))
    plan = desk.plan(desk.sftp(server), settle_seconds=0)
    server.faults.drop_after = 1_000_000
    with pytest.raises(PlaceSilent):
        desk.run(plan)
    assert "does not answer" in desk.problems()["place"]
    assert (desk.one(plan).state, imports.imports(desk.storage, desk.workspace)) == ("seen", [])
    assert desk.run_to_end(plan) == "done"
    assert (desk.one(plan).state, desk.problems()) == ("done", {})
    (job,) = imports.imports(desk.storage, desk.workspace)
    assert job.counts.accepted == 50_000


@pytest.mark.parametrize("fault", ["grow_at", "rename_at"])
def test_a_file_that_changes_while_it_is_read_is_not_taken_then(
    desk: Desk, server: SftpServer, remote: Path, fault: str
) -> None:
    put(remote, "people_1.csv", people(0, 50_000))
    plan = desk.plan(desk.sftp(server), settle_seconds=0)
    setattr(server.faults, fault, 100_000)
    assert desk.run(plan) == "done"
    assert (desk.one(plan).held, imports.imports(desk.storage, desk.workspace)) == ("changed_while_read", [])
    assert "people_1.csv" in desk.problems()["held"]
    put(remote, "people_1.csv", people(0, 7))
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (7, {})


def test_a_file_that_came_since_under_the_same_name_is_not_put_away(
    desk: Desk, server: SftpServer, remote: Path
) -> None:
    put(remote, "people_1.csv", people(0, 5))
    plan = desk.plan(desk.sftp(server), settle_seconds=0)
    assert desk.run(plan) == "later"
    put(remote, "people_1.csv", people(5, 6), age=30)
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), sorted(file.state for file in desk.files(plan))) == (11, ["done", "done"])
    assert len(names(remote / "archive")) == 1


def test_a_failed_import_is_said_and_its_file_stays(desk: Desk, server: SftpServer, remote: Path) -> None:
    put(remote, "people_1.csv", people(0, 5))
    plan = desk.plan(desk.sftp(server), settle_seconds=0)
    assert desk.run(plan) == "later"
    (job,) = imports.imports(desk.storage, desk.workspace)
    upload = imports.Folder(desk.config.data, desk.workspace).upload(job.sha256)
    content = upload.read_bytes()
    upload.unlink()
    assert desk.run_to_end(plan) == "done"
    assert "failed" in desk.problems()["import"]
    assert names(remote / "in") == ["people_1.csv"]
    upload.write_bytes(content)
    imports.start(desk.storage, desk.workspace, job.id, folder=desk.imports.folder, now=desk.now)
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems(), names(remote / "in")) == (5, {}, [])


def test_the_first_key_of_a_server_is_kept_and_another_refused(desk: Desk, remote: Path) -> None:
    with SftpServer(remote) as server:
        place = desk.sftp(server)
        plan = desk.plan(place)
        assert (place.host_key, desk.run(plan)) == ("", "done")
        kept = api.find_place(desk.storage, desk.workspace, place.id).host_key
        assert kept == server.host_key.export_public_key().decode().strip()
        assert api.fingerprint(kept) == server.host_key.get_fingerprint()
        assert desk.run(plan) == "done"
    with SftpServer(remote, asyncssh.generate_private_key("ssh-ed25519")) as other:
        moved = desk.sftp(other, name="moved")
        with desk.storage.workspace(desk.workspace).transaction() as db:
            db.execute("UPDATE transfer_place SET host_key = %s WHERE id = %s", [kept, moved.id])
        stranger = desk.plan(moved, name="stranger")
        with pytest.raises(HostKeyChanged, match="SHA256:"):
            desk.run(stranger)
        assert "SHA256:" in desk.problems()["place"]
        api.change_place(
            desk.storage, desk.caller, moved.id, name="moved", settings=moved.settings, secret=None,
            forget_key=True, now=desk.now,
        )  # fmt: skip
        assert desk.run(stranger) == "done"
        assert desk.problems() == {}


def test_a_key_opens_and_a_wrong_password_does_not(desk: Desk, server: SftpServer) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    server.user_keys.append(key.export_public_key().decode().split()[1])
    secret = api.Secret(private_key=key.export_private_key("openssh", "phrase").decode(), passphrase="phrase")
    assert desk.run(desk.plan(desk.sftp(server, secret=secret))) == "done"
    wrong = desk.plan(desk.sftp(server, secret=api.Secret("guess"), name="wrong"), name="wrong")
    with pytest.raises(PlaceRefused, match="does not let this user in"):
        desk.run(wrong)
    assert list(desk.problems()) == ["place"]
    with desk.storage.workspace(desk.workspace).read() as db:
        rows = db.execute("SELECT secret, settings::text FROM transfer_place").fetchall()
    assert not any(b"guess" in sealed or b"phrase" in sealed for sealed, _ in rows)
    assert USER in rows[0][1]


@pytest.mark.parametrize("archive", ["in", "/in/", "../away"])
def test_an_archive_is_no_place_to_find_files_again(desk: Desk, server: SftpServer, archive: str) -> None:
    with pytest.raises(Unprocessable):
        desk.plan(desk.sftp(server), "in/*.csv", archive=archive)
