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
        "wait": "Too many tries. Wait {seconds} s and try again.",
        "stale": "The page was open for too long. Try again.",
        "own_link": "Open the link of your project to sign in.",
        "events": "events",
        "profiles": "people",
        "known": "{known} known",
        "waiting": "waiting",
        "in_step": "in step",
        "behind": "{seconds} s behind",
        "sink": "not yet in reports",
        "quarantine": "in quarantine",
        "clean": "nothing was rejected",
        "sources": "Sources",
        "source": "Source",
        "kind": "Kind",
        "last_event": "Last event",
        "never": "none in 30 days",
        "disabled": "disabled",
        "unknown": "unknown",
        "restarting": "Reports are restarting. Events are accepted all the same.",
        "no_sources": "No source yet. Make one to get a write key.",
        "refresh": "Refresh",
        "no_right": "Your role does not show the state of the project.",
        "api": "Management API",
    },
    "ru": {
        "title": "KONNEKTU",
        "sign_in": "Войти",
        "sign_out": "Выйти",
        "login": "Логин",
        "password": "Пароль",
        "hint": "Забыли пароль? Администратор вашего проекта задаст новый.",
        "wrong": "Неверный логин или пароль.",
        "wait": "Слишком много попыток. Подождите {seconds} с и попробуйте снова.",
        "stale": "Страница была открыта слишком долго. Попробуйте ещё раз.",
        "own_link": "Чтобы войти, откройте ссылку вашего проекта.",
        "events": "событий",
        "profiles": "клиентов",
        "known": "известных: {known}",
        "waiting": "в очереди",
        "in_step": "без отставания",
        "behind": "отставание {seconds} с",
        "sink": "ещё не в отчётах",
        "quarantine": "отклонено",
        "clean": "отклонённых событий нет",
        "sources": "Источники данных",
        "source": "Источник",
        "kind": "Вид",
        "last_event": "Последнее событие",
        "never": "за 30 дней нет",
        "disabled": "отключён",
        "unknown": "неизвестно",
        "restarting": "Отчёты перезапускаются. События принимаются.",
        "no_sources": "Источников пока нет. Создайте источник, чтобы получить ключ записи.",
        "refresh": "Обновить",
        "no_right": "Ваша роль не показывает состояние проекта.",
        "api": "API управления",
    },
}


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
