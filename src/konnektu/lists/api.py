"""The front door of lists: asking something of a whole list, and what became of it."""

from konnektu.lists.asking import Desk, ask, asked, forget, job_of, open_file
from konnektu.lists.keeping import sweep_old
from konnektu.lists.model import Erased, Exporting, NoFile, NoWork, Question, Tagging, TooMany, Work

__all__ = [
    "Desk",
    "Erased",
    "Exporting",
    "NoFile",
    "NoWork",
    "Question",
    "Tagging",
    "TooMany",
    "Work",
    "ask",
    "asked",
    "forget",
    "job_of",
    "open_file",
    "sweep_old",
]
