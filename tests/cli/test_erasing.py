"""What `konnektu erase` leaves behind: a line of the audit log that names the profile and nobody's values."""

from konnektu.access.api import audit
from konnektu.cli.erasing import request
from konnektu.core.ids import public_id
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, waiting

PROFILE = public_id(NOW, 7)


def test_an_erasure_is_in_the_audit_log_before_the_writer_is_asked(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    block = request(storage, workspace, PROFILE, NOW)
    (line,) = audit(storage.control, workspace.id, limit=10)
    assert (line.what, line.about, line.at) == ("person.erased", PROFILE, NOW)
    assert line.detail.keys() == {"by"}
    assert [one.id for one in waiting(storage, workspace)] == [block]
