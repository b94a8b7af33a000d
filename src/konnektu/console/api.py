"""The front door of the console: folders with their counts, columns, menus, cards; who asks is a `Person`."""

from konnektu.console.arranging import (
    EVERYBODY,
    card,
    card_of_role,
    columns,
    menu,
    menu_of_role,
    put_card,
    put_columns,
    put_columns_of_role,
    put_menu,
    reset_card,
    reset_columns,
    reset_columns_of_role,
    reset_menu,
)
from konnektu.console.asking import Person
from konnektu.console.counting import Counts
from konnektu.console.folders import ShownColumns, change, delete, folders, make, place
from konnektu.console.menu import BLOCKS, GROUPS, PAGES
from konnektu.console.model import Card, ColumnPlace, Counted, Folder, Hits, Menu, MenuGroup, Question
from konnektu.console.search import search

__all__ = [
    "BLOCKS",
    "EVERYBODY",
    "GROUPS",
    "PAGES",
    "Card",
    "ColumnPlace",
    "Counted",
    "Counts",
    "Folder",
    "Hits",
    "Menu",
    "MenuGroup",
    "Person",
    "Question",
    "ShownColumns",
    "card",
    "card_of_role",
    "change",
    "columns",
    "delete",
    "folders",
    "make",
    "menu",
    "menu_of_role",
    "place",
    "put_card",
    "put_columns",
    "put_columns_of_role",
    "put_menu",
    "reset_card",
    "reset_columns",
    "reset_columns_of_role",
    "reset_menu",
    "search",
]
