"""In: a folder and, when root, the system user that must reach it. Out: the account PostgreSQL runs as.

PostgreSQL refuses to run as root. Invariant: the account gets no more than the right to pass through
the folders above its own (an access list entry with `x` alone), never to list or read them.
"""

import errno
import os
import pwd
import shutil
import stat
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

from konnektu.core.errors import Fatal

USER_NAME = "konnektu-pg"
SYSTEM_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"
ACL = "system.posix_acl_access"
ACL_VERSION = 2
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
"""Tags of access list entries (linux/posix_acl.h); the kernel wants entries sorted by them."""
NO_ID = 0xFFFFFFFF
PASS = 1
"""The permission bit `x`: on a folder, to pass through it."""


class Account(NamedTuple):
    """The user and group a server process runs as."""

    uid: int
    gid: int


class AclEntry(NamedTuple):
    """One line of an access list: whom it concerns (tag, id) and the permission bits rwx."""

    tag: int
    bits: int
    id: int


def server_account() -> Account | None:
    """Return the account to run PostgreSQL as: None (our own) for an ordinary user, a system user for root."""
    if os.geteuid() != 0:
        return None
    entry = _find(USER_NAME) or _create(USER_NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def let_pass(folder: Path, account: Account | None) -> None:
    """Let the account pass through `folder` and every folder above it; raise `Fatal` with advice if impossible."""
    if account is None:
        return
    for step in (folder.resolve(), *folder.resolve().parents):
        if not _may_pass(step, account):
            _grant_pass(step, account)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd:
    """Create a system user without home and shell, by the tool this system has."""
    useradd = shutil.which("useradd", path=SYSTEM_PATH)
    adduser = shutil.which("adduser", path=SYSTEM_PATH)
    if useradd:
        command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", name]
    elif adduser:
        command = [adduser, "-S", "-D", "-H", "-s", "/bin/false", name]
    else:
        raise Fatal(
            f"PostgreSQL cannot run as root. Create a system user named {name}, or start as another user."
        )
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    entry = _find(name)
    if entry is None:
        raise Fatal(
            f"The system user {name} could not be created ({made.stderr.strip()}). Create it by hand."
        )
    return entry


def _may_pass(folder: Path, account: Account) -> bool:
    state = folder.stat()
    if state.st_uid == account.uid:
        return bool(state.st_mode & stat.S_IXUSR)
    return bool(state.st_mode & stat.S_IXOTH)


def _grant_pass(folder: Path, account: Account) -> None:
    entries = with_pass(_acl(folder), account.uid)
    try:
        os.setxattr(folder, ACL, _packed(entries))
    except OSError as error:
        advice = f"run: chmod o+x {folder} (or choose another data folder)"
        raise Fatal(f"The database user {USER_NAME} cannot pass through {folder}; {advice}") from error


def with_pass(entries: list[AclEntry], uid: int) -> list[AclEntry]:
    """Return the access list with one more user who may pass; nobody else gains anything.

    The mask bounds what named users and the group get, so it widens to `x`, and the group keeps its own bits.
    """
    others = [e for e in entries if (e.tag, e.id) != (USER, uid) and e.tag != MASK]
    mask = next((e.bits for e in entries if e.tag == MASK), _group_bits(entries))
    if not any(e.tag == MASK for e in entries) or mask & PASS:
        bounded = others
    else:
        # A mask that hid `x` from everybody must go on hiding it from those it hid it from.
        bounded = [e._replace(bits=e.bits & mask) if e.tag not in {USER_OBJ, OTHER} else e for e in others]
    return sorted([*bounded, AclEntry(USER, PASS, uid), AclEntry(MASK, mask | PASS, NO_ID)])


def _group_bits(entries: list[AclEntry]) -> int:
    return next(e.bits for e in entries if e.tag == GROUP_OBJ)


def _acl(folder: Path) -> list[AclEntry]:
    """The folder's access list; made from its mode where it has none."""
    try:
        packed = os.getxattr(folder, ACL)
    except OSError as error:
        if error.errno not in {errno.ENODATA, errno.EOPNOTSUPP}:
            raise
        mode = folder.stat().st_mode
        levels = ((USER_OBJ, mode >> 6), (GROUP_OBJ, mode >> 3), (OTHER, mode))
        return [AclEntry(tag, bits & 7, NO_ID) for tag, bits in levels]
    return [AclEntry(*struct.unpack_from("<HHI", packed, at)) for at in range(4, len(packed), 8)]


def _packed(entries: list[AclEntry]) -> bytes:
    return struct.pack("<I", ACL_VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
