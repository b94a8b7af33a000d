"""Parameters that the routes of every slice share: pages of a list, and waiting for a change."""

from typing import Annotated

from litestar.params import QueryParameter

from konnektu.core.paging import LIMIT_MOST

MOST_WAIT = 10
"""Seconds that a caller may let a request wait until its change is applied."""

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST, description="Rows of a page.")]
After = Annotated[
    str, QueryParameter(max_length=2_000, description="`next` of the page before; empty for the first page.")
]
Wait = Annotated[
    float, QueryParameter(ge=0, le=MOST_WAIT, description="Seconds to wait until the change is applied.")
]
