"""The error tree. Bad data is a value; a broken world is an exception.

    KonnektuError
    ├── Refused            the caller must change something; carries an HTTP status
    │   ├── BadRequest     400  the request cannot be read
    │   ├── SignInNeeded   401  nobody is signed in, or the key is unknown
    │   ├── Forbidden      403  the role or the scope does not allow it
    │   ├── NotFound       404  no such thing in this workspace
    │   ├── Conflict       409  the state does not allow it now
    │   ├── TooLarge       413  above a stated limit
    │   ├── Unprocessable  422  readable, but the content breaks a rule
    │   └── TooMany        429  above a rate; carries seconds to wait
    ├── Retry              503  the world is broken for a while: wait and repeat
    │   └── Fenced              another writer owns the workspace: drop all state, take the lease again
    └── Fatal              500  stop and tell a person what to do

The docstring of a class is its message when none is given, and says what to do.
"""

from typing import ClassVar


class KonnektuError(Exception):
    """Something went wrong in KONNEKTU."""

    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        """What happened and what to do, one or two sentences."""
        return str(self.args[0])


class Refused(KonnektuError):
    """The request was refused."""

    status = 400


class BadRequest(Refused):
    """The request cannot be read."""


class SignInNeeded(Refused):
    """Sign in, or send a valid key."""

    status = 401


class Forbidden(Refused):
    """Your role or the scope of your token does not allow this."""

    status = 403

    def __init__(self, message: str | None = None, *, right: str = "") -> None:
        super().__init__(message)
        self.right = right
        """The one that is missing; empty where that is not what it takes."""


class NotFound(Refused):
    """There is no such thing in this workspace."""

    status = 404


class Conflict(Refused):
    """The present state does not allow this."""

    status = 409


class TooLarge(Refused):
    """The request is larger than allowed. Send less at once."""

    status = 413


class Unprocessable(Refused):
    """The request can be read, but its content breaks a rule."""

    status = 422


class TooMany(Refused):
    """Too many requests. Wait and repeat."""

    status = 429

    def __init__(self, message: str | None = None, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait before the next try."""


class Retry(KonnektuError):
    """A part of the system does not answer. The work will be repeated; nothing is lost."""

    status = 503


class Fenced(Retry):
    """Another belt has taken over this workspace. This one drops its state."""


class Fatal(KonnektuError):
    """The work stopped because it cannot go on. See the log for what to do."""
