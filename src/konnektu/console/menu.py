"""The main menu and the client's card as the product puts them. In: nothing. Out: words of both languages.

Invariant: every section stands in the menu once; whatever is here exists.
"""

from typing import Final

from msgspec import Struct

from konnektu.access.api import Right


class Page(Struct, frozen=True, kw_only=True):
    """A page of the console that is no list."""

    name: str
    en: str
    ru: str
    right: Right | None
    """What a person needs to open it; None for every user."""
    words: str = ""
    """More words by which it is found, in both languages."""
    is_within_rows: bool = False
    """Shows nothing beyond a limit of rows."""


class Group(Struct, frozen=True):
    """A group of the main menu: names of sections and pages, in order."""

    name: str
    en: str
    ru: str
    items: tuple[str, ...]


class Block(Struct, frozen=True):
    """A part of a client's card."""

    name: str
    en: str
    ru: str
    right: Right


PAGES: Final = (
    Page(name="home", en="Home", ru="Главная", right=None, words="start overview dashboard начало обзор сводка"),
    Page(
        name="desk", en="Operator's desk", ru="Рабочее место оператора", right="desk.use", is_within_rows=True,
        words="call phone verify order звонок телефон проверка заказ",
    ),
    Page(
        name="import_wizard", en="New import", ru="Новый импорт", right="imports.run",
        words="upload file csv excel xlsx загрузить файл таблица",
    ),
    Page(
        name="exports", en="Exports", ru="Выгрузки", right="exports.run", words="download file csv скачать экспорт файл"
    ),
    Page(
        name="identity_rules", en="Identity rules", ru="Правила объединения", right="identity.rules",
        words="merge duplicates identifiers preview склейка дубли идентификаторы",
    ),
    Page(
        name="record_kinds", en="Kinds of records", ru="Виды связанных записей", right="related.read",
        words="children contracts cars fields дети договоры автомобили поля",
    ),
    Page(
        name="schedules", en="Schedules", ru="Расписания", right="jobs.read",
        words="cron jobs time задания время автоматически",
    ),
    Page(
        name="roles", en="Roles and rights", ru="Роли и права", right="users.manage",
        words="access permissions доступ разрешения",
    ),
    Page(
        name="sign_in_rules", en="Sign-in and second factor", ru="Вход и второй фактор", right="settings.manage",
        words="password sso openid 2fa session пароль сессия вход",
    ),
    Page(
        name="settings", en="Project settings", ru="Настройки проекта", right="settings.manage",
        words="time zone staff currency name часовой пояс сотрудники название",
    ),
    Page(
        name="console_settings", en="Menu and card", ru="Меню и карточка клиента", right="settings.manage",
        words="layout columns blocks раскладка столбцы блоки",
    ),
    Page(
        name="erasures", en="Requests about personal data", ru="Запросы субъектов ПДн", right="privacy.erase",
        words="gdpr erase delete 152-ФЗ удаление персональные данные",
    ),
    Page(
        name="status", en="State of the system", ru="Состояние системы", right="events.read",
        words="health lag queue здоровье очередь задержка",
    ),
    Page(
        name="me", en="My account", ru="Моя учётная запись", right=None, is_within_rows=True,
        words="password sessions profile пароль сеансы профиль",
    ),
)  # fmt: skip
"""Every page that is no list."""

GROUPS: Final = (
    Group("home", "Home", "Главная", ("home",)),
    Group(
        "customers", "Customers", "Клиенты",
        (
            "people", "visitors", "profiles", "product_lists", "related_records", "consents", "merges",
            "identity_refusals", "desk",
        ),
    ),
    Group("segments", "Segments", "Сегменты", ("segments", "computed")),
    Group("orders", "Orders", "Заказы", ("orders", "products", "stores", "feeds")),
    Group(
        "data", "Data", "Данные",
        (
            "sources", "marketing_sources", "events", "quarantine", "import_wizard", "imports", "scheduled_imports",
            "scheduled_exports", "exports", "places", "dictionary_events", "dictionary_attributes", "tracking_plan",
            "plan_violations", "identity_rules", "identifier_kinds", "record_kinds",
        ),
    ),
    Group(
        "settings", "Settings", "Настройки",
        (
            "users", "invitations", "roles", "tokens", "sign_in_rules", "settings", "console_settings", "audit",
            "erasures", "retention", "jobs", "schedules", "problems", "status", "me",
        ),
    ),
)  # fmt: skip
"""The menu where nobody has arranged another one."""

BLOCKS: Final = (
    Block("summary", "Summary", "Главное", "profiles.read"),
    Block("timeline", "Timeline", "Хронология", "events.read"),
    Block("attributes", "Attributes", "Атрибуты", "profiles.read"),
    Block("orders", "Orders", "Заказы", "orders.read"),
    Block("product_lists", "Product lists", "Списки товаров", "profiles.read"),
    Block("consents", "Consents", "Согласия", "profiles.read"),
    Block("records", "Related records", "Связанные записи", "related.read"),
    Block("segments", "Segments", "Сегменты", "segments.read"),
    Block("visits", "Visits, devices and places", "Визиты, устройства и места", "profiles.read"),
    Block("sources", "Where from", "Откуда пришёл", "profiles.read"),
    Block("identity", "Identity", "Объединение профилей", "identity.read"),
)
"""The card where nobody has arranged another one."""
