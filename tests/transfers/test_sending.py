"""Exports that leave by a schedule: with the rights of their owner at that moment, whole, once, told to the audit."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.access.api import (
    Caller,
    Passwords,
    Role,
    audit,
    caller_of_owner,
    change_user,
    create_user,
    system_caller,
)
from konnektu.core.clock import DAY
from konnektu.core.config import Config
from konnektu.core.errors import Forbidden, Unprocessable
from konnektu.core.ids import internal_id
from konnektu.jobs import api as jobs
from konnektu.transfers import api, sending
from konnektu.transfers.model import (
    NoExportFile,
    NoMail,
    OwnerLacksRights,
    PlaceRefused,
    PlaceSilent,
    ScheduledExport,
    Target,
)
from tests.belt import support as belt
from tests.doubles.mailbox import Mailbox
from tests.doubles.s3 import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, S3Server
from tests.doubles.sftp import SftpServer
from tests.imports.support import SimulatedCrash, dying_before
from tests.orders.facts import order
from tests.transfers.conftest import Desk

LINK = re.compile(r"https://cdp\.example\.org/api/[\w-]+/transfers/exports/files/([\w-]+)")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


def user(desk: Desk, login: str, role: Role = "owner") -> Caller:
    create_user(
        desk.storage.control, Passwords(time_cost=1, memory_kib=64), system_caller(desk.workspace), login=login,
        password="correct horse battery", role=role, now=desk.now,
    )  # fmt: skip
    found = caller_of_owner(desk.storage.control, desk.workspace, login)
    assert found
    return found


def plan(
    target: Target, name: str = "audit", wanted: str = "audit", form: str = "jsonl", reason: str = ""
) -> ScheduledExport:
    return ScheduledExport(
        id=0, name=name, list=wanted, form=form, language="ru", target=target, reason=reason, cron="0 4 * * *",  # type: ignore[arg-type]
        is_on=True, owner="", created_at=0,
    )  # fmt: skip


def kept(desk: Desk, by: Caller, wanted: ScheduledExport) -> ScheduledExport:
    return api.add_export(desk.storage, by, wanted, desk.config, now=desk.now)


def send(desk: Desk, wanted: ScheduledExport, work: jobs.Work | None = None) -> Any:
    return sending.send_out(work or desk.work(), api.find_export(desk.storage, desk.workspace, wanted.id))


def troubles(desk: Desk) -> list[str]:
    found = jobs.problems(desk.storage.control, desk.workspace)
    return [one.what.en for one in found if one.key.startswith("transfer.export:")]


def with_mail(desk: Desk, mailbox: Mailbox) -> None:
    desk.config = Config(
        data=desk.config.data, smtp_url=mailbox.url, smtp_from="cdp@example.org",
        public_url="https://cdp.example.org", outgoing_networks=("127.0.0.0/8",),
    )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_list_leaves_to_sftp_under_the_name_of_its_day(
    desk: Desk, server: SftpServer, remote: Path, form: str
) -> None:
    olga = user(desk, "olga")
    target = api.ToPlace(desk.sftp(server).id, "out/deep/audit_{YYYY}-{MM}-{DD}." + form)
    wanted = kept(desk, olga, plan(target, form=form))
    for _ in range(2):
        rows = send(desk, wanted)["rows"]
        assert rows >= 3
        (left,) = (remote / "out/deep").iterdir()
        assert left.name == f"audit_2025-10-09.{form}"
    if form == "jsonl":
        lines = [msgspec.json.decode(line) for line in left.read_bytes().splitlines()]
        assert len(lines) == rows
        assert lines[-1].keys() == lines[0].keys()
    else:
        assert left.read_bytes()[:2] == (b"PK" if form == "xlsx" else "\ufeff".encode()[:2])
    assert api.find_export(desk.storage, desk.workspace, wanted.id).done_at == desk.now
    assert list((desk.config.data / "transfers").rglob("file*")) == []
    said = audit(desk.storage.control, desk.workspace.id, limit=1)[0]
    assert (said.what, said.about, said.detail["schedule"]) == ("list.exported", "audit", "audit")
    assert said.actor.name == "olga"


def test_a_list_leaves_to_a_bucket(desk: Desk) -> None:
    with S3Server() as bucket:
        settings = api.S3Place(endpoint=bucket.url, bucket=BUCKET, access_key=ACCESS_KEY, region=REGION)
        place = api.add_place(desk.storage, desk.caller, "b", settings, api.Secret(SECRET_KEY), now=desk.now)
        wanted = kept(desk, user(desk, "olga"), plan(api.ToPlace(place.id, "out/журнал {MM}.jsonl")))
        send(desk, wanted)
        ((key, (content, _)),) = bucket.objects.items()
        assert (key, content.count(b"\n") >= 3) == ("out/журнал 10.jsonl", True)


def test_rights_are_those_of_the_owner_at_that_moment(desk: Desk, server: SftpServer, remote: Path) -> None:
    olga, anna = user(desk, "olga"), user(desk, "anna", "analyst")
    target = api.ToPlace(desk.sftp(server).id, "out/profiles.csv")
    with pytest.raises(Forbidden, match=r"exports\.personal"):
        kept(desk, anna, plan(target, wanted="profiles", reason="the report for the bank"))
    with pytest.raises(Forbidden):
        kept(desk, anna, plan(target, wanted="audit"))
    with pytest.raises(Unprocessable, match="named user"):
        kept(desk, desk.caller, plan(target))
    covered = kept(desk, anna, plan(target, "covered", "profiles"))
    send(desk, covered)
    ivan = user(desk, "ivan", "administrator")
    opened = kept(desk, ivan, plan(target, "opened", "profiles", reason="the report for the bank"))
    send(desk, opened)
    said = audit(desk.storage.control, desk.workspace.id, limit=1)[0]
    assert (said.detail["personal"], said.detail["reason"]) == (True, "the report for the bank")
    (remote / "out/profiles.csv").unlink()
    change_user(desk.storage.control, olga, ivan.user, role="analyst", now=desk.now)
    change_user(desk.storage.control, olga, anna.user, state="disabled", now=desk.now)
    for one in (opened, covered):
        with pytest.raises(OwnerLacksRights):
            send(desk, one)
    assert (len(troubles(desk)), list((remote / "out").iterdir())) == (2, [])
    api.change_export(
        desk.storage, olga, msgspec.structs.replace(covered, owner="ivan"), desk.config, now=desk.now
    )
    send(desk, covered)
    assert len(troubles(desk)) == 1
    assert api.find_export(desk.storage, desk.workspace, covered.id).owner == "olga"


def limit(desk: Desk, login: str, row_limit: str | None) -> None:
    with desk.storage.control.transaction() as db:
        db.execute("UPDATE app_user SET row_limit = %s::jsonb WHERE login = %s", [row_limit, login])


def test_who_sees_some_rows_alone_sends_these_alone(desk: Desk, server: SftpServer, remote: Path) -> None:
    ivan, place = user(desk, "ivan", "administrator"), desk.sftp(server).id
    for number, store in enumerate(("1", "1", "2")):
        belt.send(desk.storage, desk.workspace, order(f"A-{number}", number, store=store), origin="api")
    belt.run_writer(desk.storage, desk.workspace)
    orders = kept(desk, ivan, plan(api.ToPlace(place, "out/orders.csv"), name="orders", wanted="orders"))
    audit = kept(desk, ivan, plan(api.ToPlace(place, "out/audit.csv")))
    limit(desk, "ivan", '{"store": ["1"]}')
    assert send(desk, orders)["rows"] == 2
    assert "A-2" not in (remote / "out/orders.csv").read_text("utf-8-sig")
    with pytest.raises(OwnerLacksRights, match="some rows alone"):
        send(desk, audit)
    assert not (remote / "out/audit.csv").exists()
    limit(desk, "ivan", None)
    assert send(desk, orders)["rows"] == 3


def test_a_place_that_refuses_is_said_until_it_does_not(desk: Desk, server: SftpServer, remote: Path) -> None:
    olga, place = user(desk, "olga"), desk.sftp(server, secret=api.Secret("guess"))
    wanted = kept(desk, olga, plan(api.ToPlace(place.id, "out/audit.csv")))
    with pytest.raises(PlaceRefused):
        send(desk, wanted)
    assert "does not let this user in" in troubles(desk)[0]
    api.change_place(
        desk.storage, desk.caller, place.id, name="files", settings=place.settings,
        secret=api.Secret("a password of the double"), forget_key=False, now=desk.now,
    )  # fmt: skip
    send(desk, wanted)
    assert troubles(desk) == []


def test_a_link_opens_to_its_user_alone_and_for_its_term(desk: Desk, mailbox: Mailbox) -> None:
    olga, anna = user(desk, "olga"), user(desk, "anna", "administrator")
    with pytest.raises(NoMail):
        kept(desk, olga, plan(api.ToMail("anna", "anna@shop.ru")))
    with_mail(desk, mailbox)
    for login, address in (("nobody", "anna@shop.ru"), ("anna", "no address")):
        with pytest.raises(Unprocessable):
            kept(desk, olga, plan(api.ToMail(login, address)))
    wanted = kept(
        desk, olga, plan(api.ToMail("anna", "anna@shop.ru", days=2), reason="an audit from outside")
    )
    send(desk, wanted)
    (letter,) = mailbox.letters
    assert (letter["To"], letter["From"]) == ("anna@shop.ru", "cdp@example.org")
    assert "Выгрузка" in letter["Subject"]
    link = LINK.search(letter.get_content())
    assert link
    number = internal_id(link[1])
    file, pieces = api.open_file(desk.storage, anna, number, desk.config, now=desk.now)
    content = b"".join(pieces)
    assert (len(content), file.login) == (file.size, "anna")
    said = audit(desk.storage.control, desk.workspace.id, limit=1)[0]
    assert (said.what, said.actor.name) == ("file.downloaded", "anna")
    for other in (olga, desk.caller, msgspec.structs.replace(anna, user=0)):
        with pytest.raises(NoExportFile):
            api.open_file(desk.storage, other, number, desk.config, now=desk.now)
    lesser = msgspec.structs.replace(anna, rights=anna.rights - {"exports.personal"})
    with pytest.raises(Forbidden):
        api.open_file(desk.storage, lesser, number, desk.config, now=desk.now)
    path = sending.file_path(desk.config, desk.workspace, number)
    assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0
    desk.clock.advance(2 * DAY)
    with pytest.raises(NoExportFile):
        api.open_file(desk.storage, anna, number, desk.config, now=desk.now)
    send(desk, wanted)
    assert not path.exists()
    assert len(list(path.parent.iterdir())) == 1
    api.delete_export(desk.storage, olga, wanted.id, desk.config, now=desk.now)
    assert list(path.parent.iterdir()) == []


def test_a_file_opens_to_who_sees_the_rows_it_was_made_of(desk: Desk, mailbox: Mailbox) -> None:
    with_mail(desk, mailbox)
    olga = user(desk, "olga", "administrator")
    user(desk, "anna", "administrator")
    wanted = kept(desk, olga, plan(api.ToMail("anna", "anna@shop.ru"), wanted="orders"))

    def opened(row_limit: str | None) -> int:
        limit(desk, "anna", row_limit)
        anna = caller_of_owner(desk.storage.control, desk.workspace, "anna")
        link = LINK.search(mailbox.letters[-1].get_content())
        assert anna
        assert link
        return api.open_file(desk.storage, anna, internal_id(link[1]), desk.config, now=desk.now)[0].size

    send(desk, wanted)
    with pytest.raises(Forbidden, match="rows that you may not see"):
        opened('{"store": ["1"]}')
    limit(desk, "olga", '{"store": ["1"]}')
    send(desk, wanted)
    assert opened('{"store": ["1"]}') == opened(None)
    with pytest.raises(Forbidden):
        opened('{"store": ["2"]}')


def test_a_mail_server_that_refuses_or_is_busy_is_said(desk: Desk, mailbox: Mailbox) -> None:
    with_mail(desk, mailbox)
    olga = user(desk, "olga")
    mailbox.refuses.add("olga@shop.ru")
    wanted = kept(desk, olga, plan(api.ToMail("olga", "olga@shop.ru")))
    with pytest.raises(PlaceRefused, match="no such user here"):
        send(desk, wanted)
    mailbox.refuses.clear()
    mailbox.is_busy = True
    with pytest.raises(PlaceSilent, match="try again later"):
        send(desk, wanted)
    assert len(troubles(desk)) == 1
    mailbox.is_busy = False
    send(desk, wanted)
    assert (troubles(desk), len(mailbox.letters)) == ([], 1)


def test_a_password_is_never_shown_to_a_server_without_encryption(desk: Desk, mailbox: Mailbox) -> None:
    with_mail(desk, mailbox)
    wanted = kept(desk, user(desk, "olga"), plan(api.ToMail("olga", "olga@shop.ru")))
    open_url = mailbox.url.replace("//", "//cdp:s3cret@")
    desk.config = msgspec.structs.replace(desk.config, smtp_url=open_url)
    with pytest.raises(PlaceSilent, match="STARTTLS"):
        send(desk, wanted)
    assert (mailbox.letters, "s3cret" in troubles(desk)[0]) == ([], False)


@pytest.mark.slow
def test_a_run_that_dies_before_any_statement_leaves_one_file_and_one_letter(
    desk: Desk, mailbox: Mailbox
) -> None:
    with_mail(desk, mailbox)
    wanted = kept(desk, user(desk, "olga"), plan(api.ToMail("olga", "olga@shop.ru")))
    files = sending.file_path(desk.config, desk.workspace, 0).parent
    statement, survived, doubled = 0, False, 0
    while not survived:
        work, before = desk.work(), len(mailbox.letters)
        try:
            with dying_before(statement):
                send(desk, wanted, work)
                survived = True
        except SimulatedCrash:
            send(desk, wanted, work)
        assert len(list(files.iterdir())) == statement + 1
        doubled += len(mailbox.letters) - before - 1
        statement += 1
        desk.clock.advance(1)
    assert statement > 8
    assert doubled <= 1  # the letter left, and the process died before it could note it
