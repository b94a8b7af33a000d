"""The words of the server-rendered pages, in the languages of the product. Invariant: every language has every word."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["ru", "en"]

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "KONNEKTU",
        "sign_in": "Sign in",
        "sign_out": "Sign out",
        "login": "Login",
        "password": "Password",
        "hint": "Forgotten? An administrator of your project can give you another password.",
        "wrong": "Login or password is wrong.",
        "wait": "Too many tries. Wait {wait} and try again.",
        "stale": "The page is out of date. Enter the password again.",
        "second_step": "Confirm that it is you",
        "code": "Code",
        "code_hint": "The six digits that your authenticator app shows. No phone at hand? Enter a recovery code.",
        "code_first": "The six digits that the app shows now.",
        "wrong_code": "The code is wrong or was used already. Wait for the next one.",
        "stale_code": "The page is out of date. Enter the next code.",
        "anew": "Begin again",
        "enrol": "Your project asks for a second factor. Scan this with an authenticator app:",
        "by_hand": "Or type it in:",
        "recovery_codes": "Recovery codes",
        "recovery_hint": "Each signs you in once, should the phone be lost. Keep them; they are not shown again.",
        "go_on": "I have kept them",
        "invited": "Welcome, {name}",
        "accept": "Accept and sign in",
        "password_rule": "{least} characters or more.",
        "bad_password": "The password has to have {least} characters or more.",
        "stale_invitation": "The page is out of date. Enter the password again.",
        "no_seat": "Your project has no free seat for another user. Ask its administrator.",
        "no_invitation": "This invitation is not open",
        "ask_again": "It was used or withdrawn, or its term is over. Ask whoever invited you for another one.",
        "by_provider": "Sign in with the company's account",
        "provider_refused": "You were not let in: this account is not on the project's list, or the sign-in is over.",
        "provider_away": "The company's sign-in does not answer. Try again, or use the password.",
        "own_link": "Open the link of your project to sign in, such as {link}",
        "events": "Events",
        "profiles": "People",
        "known": "{known} known",
        "waiting": "Waiting",
        "in_step": "in step",
        "behind": "{lag} behind",
        "sink": "Not yet in reports",
        "quarantine": "In quarantine",
        "clean": "everything was accepted",
        "sources": "Sources",
        "source": "Source",
        "kind": "Kind",
        "last_event": "Last event, {zone}",
        "never": "none in 30 days",
        "disabled": "disabled",
        "unknown": "unknown",
        "restarting": "Reports are restarting. Events are accepted all the same.",
        "no_sources": "No source yet. Make one, and its write key is printed:",
        "refresh": "Refresh",
        "no_right": "Your role does not show the state of the project.",
        "api": "Management API",
        "seconds": "{number} s",
        "minutes": "{number} min",
        "site": "Site",
        "lost": "There is no such page",
        "lost_hint": "The link has a slip in it, or the page is gone.",
        "refused": "This cannot be done",
        "refused_hint": "Go back and try again.",
        "broken": "Something does not work",
        "broken_hint": "Try again in a minute. Events are accepted all the same.",
        "number": "If it stays so, tell your administrator this number: {number}",
    },
    "ru": {
        "title": "KONNEKTU",
        "sign_in": "Войти",
        "sign_out": "Выйти",
        "login": "Логин",
        "password": "Пароль",
        "hint": "Забыли пароль? Администратор вашего проекта задаст новый.",
        "wrong": "Неверный логин или пароль.",
        "wait": "Слишком много попыток. Подождите {wait} и попробуйте снова.",
        "stale": "Страница устарела. Введите пароль ещё раз.",
        "second_step": "Подтвердите, что это вы",
        "code": "Код",
        "code_hint": "Шесть цифр из приложения-аутентификатора. Нет телефона под рукой? Введите резервный код.",
        "code_first": "Шесть цифр, которые сейчас показывает приложение.",
        "wrong_code": "Код неверный или уже использован. Дождитесь следующего.",
        "stale_code": "Страница устарела. Введите следующий код.",
        "anew": "Начать заново",
        "enrol": "Проект требует второго фактора. Отсканируйте приложением-аутентификатором:",
        "by_hand": "Или введите вручную:",
        "recovery_codes": "Резервные коды",
        "recovery_hint": "Каждый пускает один раз, если телефон потерян. Сохраните их: больше они не появятся.",
        "go_on": "Коды сохранены, продолжить",
        "invited": "Здравствуйте, {name}",
        "accept": "Принять и войти",
        "password_rule": "Не короче {least} символов.",
        "bad_password": "В пароле должно быть не меньше {least} символов.",
        "stale_invitation": "Страница устарела. Введите пароль ещё раз.",
        "no_seat": "В проекте нет свободного места для пользователя. Обратитесь к его администратору.",
        "no_invitation": "Приглашение не действует",
        "ask_again": "Им уже воспользовались, его отозвали, или его срок вышел. Попросите новое.",
        "by_provider": "Войти через учётную запись компании",
        "provider_refused": "Войти не удалось: этой учётной записи нет в списке проекта, или вход устарел.",
        "provider_away": "Вход через учётную запись компании не отвечает. Попробуйте ещё раз или введите пароль.",
        "own_link": "Чтобы войти, откройте ссылку вашего проекта, например {link}",
        "events": "События",
        "profiles": "Клиенты",
        "known": "известных: {known}",
        "waiting": "В очереди",
        "in_step": "без отставания",
        "behind": "отставание {lag}",
        "sink": "Ещё не в отчётах",
        "quarantine": "Отклонено",
        "clean": "всё принято",
        "sources": "Источники данных",
        "source": "Источник",
        "kind": "Вид",
        "last_event": "Последнее событие, {zone}",
        "never": "за 30 дней нет",
        "disabled": "отключён",
        "unknown": "неизвестно",
        "restarting": "Отчёты перезапускаются. События принимаются.",
        "no_sources": "Источников пока нет. Создайте источник, и команда напечатает его ключ записи:",
        "refresh": "Обновить",
        "no_right": "Ваша роль не показывает состояние проекта.",
        "api": "API управления",
        "seconds": "{number} с",
        "minutes": "{number} мин",
        "site": "Сайт",
        "lost": "Такой страницы нет",
        "lost_hint": "В ссылке опечатка, или страницу убрали.",
        "refused": "Так не получится",
        "refused_hint": "Вернитесь назад и попробуйте ещё раз.",
        "broken": "Что-то не работает",
        "broken_hint": "Попробуйте через минуту. События принимаются.",
        "number": "Если не помогло, сообщите администратору этот номер: {number}",
    },
}

NAMES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "web": "site",
        "mobile": "mobile app",
        "desktop": "desktop app",
        "server": "server",
        "pos": "till",
        "crm": "CRM",
        "call_center": "call centre",
        "form": "form",
        "partner": "partner",
        "mailing": "mailings",
        "chat_bot": "chat bot",
        "import": "files",
        "unreadable": "unreadable",
        "too_large": "too large",
        "too_deep": "nested too deeply",
        "wrong_type": "a field of a wrong type",
        "unknown_type": "unknown type",
        "not_allowed": "not allowed at this door",
        "no_name": "no name",
        "no_identifier": "nobody's",
        "wrong_time": "wrong time",
        "same_id_other_content": "same id, other content",
        "unforeseen": "failed inside the system",
    },
    "ru": {
        "web": "сайт",
        "mobile": "мобильное приложение",
        "desktop": "программа",
        "server": "сервер",
        "pos": "касса",
        "crm": "CRM",
        "call_center": "колл-центр",
        "form": "форма",
        "partner": "партнёр",
        "mailing": "рассылки",
        "chat_bot": "чат-бот",
        "import": "файлы",
        "unreadable": "не читается",
        "too_large": "слишком большое",
        "too_deep": "слишком глубокая вложенность",
        "wrong_type": "поле другого типа",
        "unknown_type": "неизвестный тип",
        "not_allowed": "не принимается этим путём",
        "no_name": "без названия",
        "no_identifier": "неизвестно чьё",
        "wrong_time": "неверное время",
        "same_id_other_content": "тот же номер, другое содержание",
        "unforeseen": "сбой внутри системы",
    },
}
"""Kinds of sources and reasons for quarantine, for a person. What is not here is shown as the API spells it."""

MINUTES_FROM = 120
"""From so many seconds on, a length of time is told in minutes."""


def name_of(language: Language, word: str) -> str:
    """Return a kind or a reason as a person calls it."""
    return NAMES[language].get(word, word)


def length_of(language: Language, seconds: int) -> str:
    """Return a length of time in a unit that suits it, rounded up: 30 s, 15 min."""
    if seconds < MINUTES_FROM:
        return TEXTS[language]["seconds"].format(number=seconds)
    return TEXTS[language]["minutes"].format(number=-(-seconds // 60))


def language_of(accepted: str) -> Language:
    """Return the language that an Accept-Language header likes best; English where it names none of ours."""
    best: tuple[float, Language] = (0.0, "en")
    for part in accepted.split(","):
        name, _, quality = part.strip().lower().partition(";q=")
        weight = _weight(quality)
        for language in TEXTS:
            if (name == language or name.startswith(f"{language}-")) and weight > best[0]:
                best = (weight, language)
    return best[1]


def _weight(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
