"""Rights as a person chooses them: by section, reading apart from writing. In: nothing. Out: words of both languages.

Invariant: every right stands here once; whoever may write in a section is not thereby let to read there.
"""

from typing import Literal

from msgspec import Struct

from konnektu.access.model import Right

Access = Literal["read", "write"]


class Section(Struct, frozen=True):
    """A part of the product that rights are given for."""

    name: str
    en: str
    ru: str


class Declared(Struct, frozen=True):
    """A right with its words."""

    right: Right
    section: str
    access: Access
    """read shows, write changes something or starts work."""
    en: str
    ru: str


SECTIONS = (
    Section("profiles", "People", "Клиенты"),
    Section("desk", "Operator's desk", "Рабочее место оператора"),
    Section("orders", "Orders", "Заказы"),
    Section("related", "Related records", "Связанные записи"),
    Section("identity", "Identity", "Объединение профилей"),
    Section("acquisition", "Marketing sources", "Маркетинговые источники"),
    Section("catalogue", "Catalogue", "Каталог"),
    Section("dictionary", "Data dictionary", "Справочник данных"),
    Section("segments", "Segments", "Сегменты"),
    Section("imports", "Imports", "Импорт"),
    Section("exports", "Exports", "Экспорт"),
    Section("transfers", "Transfers", "Передача файлов"),
    Section("sources", "Sources", "Источники данных"),
    Section("events", "Events", "События"),
    Section("jobs", "Jobs", "Задания"),
    Section("console", "Console", "Консоль"),
    Section("access", "Access", "Доступ"),
    Section("settings", "Settings", "Настройки"),
    Section("privacy", "Privacy", "Персональные данные"),
)

DECLARED = (
    Declared("profiles.read", "profiles", "read", "See people", "Видеть клиентов"),
    Declared("profiles.personal", "profiles", "read", "See personal data", "Видеть персональные данные"),
    Declared(
        "profiles.unmask", "profiles", "read",
        "Uncover one person's data for a stated reason", "Открывать данные одного клиента с указанием причины",
    ),
    Declared("profiles.write", "profiles", "write", "Change people", "Изменять клиентов"),
    Declared(
        "desk.use", "desk", "read",
        "Find a customer who calls, and see their orders and consents once they are verified",
        "Находить обратившегося клиента и после проверки видеть его заказы и согласия",
    ),
    Declared(
        "desk.consents", "desk", "write",
        "Record consents of a verified customer", "Записывать согласия проверенного клиента",
    ),
    Declared("orders.read", "orders", "read", "See orders", "Видеть заказы"),
    Declared("orders.write", "orders", "write", "Change orders", "Изменять заказы"),
    Declared("related.read", "related", "read", "See related records", "Видеть связанные записи"),
    Declared("related.write", "related", "write", "Change related records", "Изменять связанные записи"),
    Declared("related.manage", "related", "write", "Define kinds of records", "Определять виды записей"),
    Declared("identity.read", "identity", "read", "See who was joined and why", "Видеть объединения и их причины"),
    Declared("identity.decide", "identity", "write", "Join and separate people", "Объединять и разъединять клиентов"),
    Declared("identity.rules", "identity", "write", "Change identity rules", "Изменять правила объединения"),
    Declared("acquisition.read", "acquisition", "read", "See marketing sources", "Видеть маркетинговые источники"),
    Declared(
        "acquisition.manage", "acquisition", "write",
        "Change marketing sources and their rules", "Изменять маркетинговые источники и их правила",
    ),
    Declared("catalogue.read", "catalogue", "read", "See the catalogue", "Видеть каталог"),
    Declared("catalogue.write", "catalogue", "write", "Change the catalogue", "Изменять каталог"),
    Declared("dictionary.read", "dictionary", "read", "See the data dictionary", "Видеть справочник данных"),
    Declared(
        "dictionary.manage", "dictionary", "write",
        "Describe data and change the tracking plan", "Описывать данные и менять план событий",
    ),
    Declared("segments.read", "segments", "read", "See segments", "Видеть сегменты"),
    Declared("segments.manage", "segments", "write", "Make and change segments", "Создавать и изменять сегменты"),
    Declared("imports.run", "imports", "write", "Import files", "Импортировать файлы"),
    Declared("exports.run", "exports", "read", "Export lists", "Экспортировать списки"),
    Declared(
        "exports.personal", "exports", "read",
        "Export personal data for a stated reason", "Экспортировать персональные данные с указанием причины",
    ),
    Declared(
        "transfers.manage", "transfers", "write",
        "Manage places and scheduled transfers", "Управлять местами и передачей по расписанию",
    ),
    Declared("sources.manage", "sources", "write", "Manage sources and keys", "Управлять источниками и ключами"),
    Declared("events.read", "events", "read", "See events and the state", "Видеть события и состояние"),
    Declared("quarantine.manage", "events", "write", "Correct rejected events", "Исправлять отклонённые события"),
    Declared("jobs.read", "jobs", "read", "See jobs and problems", "Видеть задания и неполадки"),
    Declared("jobs.manage", "jobs", "write", "Start and stop jobs", "Запускать и останавливать задания"),
    Declared("console.share", "console", "write", "Share folders", "Делать папки общими"),
    Declared("users.manage", "access", "write", "Manage users, roles and tokens", "Управлять пользователями и ролями"),
    Declared("audit.read", "access", "read", "See the audit log", "Видеть журнал действий"),
    Declared("settings.manage", "settings", "write", "Change settings", "Изменять настройки"),
    Declared("privacy.erase", "privacy", "write", "Erase people for good", "Удалять клиентов навсегда"),
    Declared(
        "privacy.retention", "privacy", "write",
        "Say how long data are kept, and remove what is older", "Задавать сроки хранения и удалять устаревшее",
    ),
)  # fmt: skip
"""Every right, section by section."""
