"""The kinds of jobs of lists."""

from collections.abc import Mapping
from typing import Any

from konnektu.jobs import api as jobs
from konnektu.lists import doing


class OfWork(jobs.Arguments, frozen=True):
    """What was asked."""

    work: int

    def key(self) -> str:
        """It comes under its own number alone."""
        return str(self.work)


@jobs.kind(
    "lists.export", jobs.Words("Export of a list", "Выгрузка списка"), arguments=OfWork, right="exports.run"
)
def export_list(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the file of a list."""
    return doing.export(work, arguments["work"])


@jobs.kind(
    "lists.tag", jobs.Words("A tag for everybody in a list", "Метка для всех в списке"), arguments=OfWork,
    right="profiles.write",
)  # fmt: skip
def tag_list(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give everybody in a list a tag, or take it."""
    return doing.tag(work, arguments["work"])
