"""How the server-rendered pages look. In: texts and figures. Out: HTML. Invariant: every value is escaped; no script,
no request to anywhere.
"""

import base64
import hashlib
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from konnektu.web.status import SourceStatus, Status
from konnektu.web.texts import TEXTS, Language, length_of, name_of

STYLE = Path(__file__).with_name("look.css").read_text(encoding="utf-8")

STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content security policy of the pages: their one style sheet, and nothing else."""
HEADERS = {"content-security-policy": POLICY}
"""What every page is answered with."""

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' "
    "rx='4' fill='%233454d1'/%3E%3Cpath d='M5 4v8M5 8l5-4M5 8l5 4' "
    "stroke='white' stroke-width='1.6' fill='none'/%3E%3C/svg%3E"
)


def door(
    language: Language,
    slug: str,
    token: str,
    said: str = "",
    login: str = "",
    *,
    to: str = "",
    by_provider: bool = False,
) -> str:
    """Return the sign-in page of a link, with what went wrong before, and the way to its identity provider."""
    words = TEXTS[language]
    wrong = f'<p class="say" role="alert">{escape(said)}</p>' if said else ""
    way = f'<p class="other"><a href="/{escape(slug)}/sign-in/provider">{words["by_provider"]}</a></p>'
    other = way if by_provider else ""
    return page(
        language,
        f"{slug} · KONNEKTU",
        f"""<main class="door"><form class="sheet" method="post" action="/{escape(slug)}/sign-in">
<p class="name">KONNEKTU</p><h1>{escape(slug)}</h1>
<input type="hidden" name="token" value="{escape(token)}"><input type="hidden" name="to" value="{escape(to)}">
<label for="login">{words["login"]}</label>
<input id="login" name="login" value="{escape(login)}"
 autocomplete="username" autocapitalize="none" spellcheck="false"
 maxlength="100"
 required{"" if login else " autofocus"}>
<label for="password">{words["password"]}</label>
<input id="password" name="password" type="password"
 autocomplete="current-password" maxlength="1000"
 required{" autofocus" if login else ""}>
{wrong}<button>{words["sign_in"]}</button>{other}<p class="soft">{words["hint"]}</p></form></main>""",
    )


def lobby(language: Language, link: str) -> str:
    """Return the page of an installation's bare address, which tells of no workspace; `link` is how links look."""
    words = TEXTS[language]["own_link"].format(link=f"<code>{escape(link)}</code>")
    return note(language, "KONNEKTU", f"<p>{words}</p>")


def trouble(language: Language, status: int, number: str = "") -> str:
    """Return the page of a request that failed with an HTTP status; the log has more under `number`."""
    words = TEXTS[language]
    what = "lost" if status == 404 else "refused" if status < 500 else "broken"
    more = f'<p class="soft">{words["number"].format(number=escape(number))}</p>' if number else ""
    return note(language, words[what], f"<h1>{words[what]}</h1><p>{words[what + '_hint']}</p>{more}")


def note(language: Language, title: str, content: str) -> str:
    """Return a page of a few words in the middle; the content is HTML."""
    sheet = f'<div class="sheet note"><p class="name">KONNEKTU</p>{content}</div>'
    return page(language, title, f'<main class="door">{sheet}</main>')


def state(language: Language, slug: str, name: str, login: str, csrf: str, content: str) -> str:
    """Return a page of somebody signed in, around its content."""
    words = TEXTS[language]
    return page(
        language,
        f"{name} · KONNEKTU",
        f"""<main class="state"><header><div><p class="name">KONNEKTU</p><h1>{escape(name)}</h1></div>
<form method="post" action="/{escape(slug)}/sign-out"><span class="soft">{escape(login)}</span>
<input type="hidden" name="token" value="{escape(csrf)}">
<button class="plain">{words["sign_out"]}</button></form></header>
{content}
<nav><a href="/{escape(slug)}/">{words["refresh"]}</a><a href="/api/openapi.json">{words["api"]}</a></nav></main>""",
    )


def figures(language: Language, status: Status, slug: str, timezone: str) -> str:
    """Return the state of a workspace as HTML, with times of its zone."""
    words = TEXTS[language]
    seconds = status.writer_lag_ms // 1000
    lag = words["behind"].format(lag=length_of(language, seconds)) if seconds else words["in_step"]
    rejected = sum(status.quarantine.values())
    reasons = ", ".join(
        f"{name_of(language, reason)}: {_number(count)}" for reason, count in status.quarantine.items()
    )
    boxes = [
        _figure(status.events, words["events"], ""),
        _figure(
            status.profiles, words["profiles"], words["known"].format(known=_number(status.known_profiles))
        ),
        _figure(status.waiting_events, words["waiting"], lag, is_bad=seconds > 60),
        _figure(status.sink_lag_events, words["sink"], ""),
        _figure(rejected, words["quarantine"], reasons or words["clean"], is_bad=bool(rejected)),
    ]
    note = "" if status.is_history_there else f'<p class="soft">{words["restarting"]}</p>'
    return f'<div class="figures">{"".join(boxes)}</div>{note}' + _sources(language, status, slug, timezone)


def no_right(language: Language) -> str:
    """Return what somebody sees who may not see the state of the workspace."""
    return f"<p>{TEXTS[language]['no_right']}</p>"


def _figure(value: int, label: str, note: str, *, is_bad: bool = False) -> str:
    shade = ' class="bad"' if is_bad else ""
    return (
        f'<div class="sheet figure">{escape(label)}<b{shade}>{_number(value)}</b>'
        f'<div class="soft">{escape(note)}</div></div>'
    )


def _sources(language: Language, status: Status, slug: str, timezone: str) -> str:
    words = TEXTS[language]
    if not status.sources:
        command = f'konnektu source create {slug} --kind web --name "{words["site"]}"'
        return (
            f'<h2>{words["sources"]}</h2><div class="sheet empty"><p>{words["no_sources"]}</p>'
            f"<code>{escape(command)}</code></div>"
        )
    rows = "".join(
        _row(language, source, timezone, is_known=status.is_history_there) for source in status.sources
    )
    last = words["last_event"].format(zone=escape(timezone))
    return (
        f'<h2>{words["sources"]}</h2><div class="sheet wide"><table><thead><tr><th scope="col">{words["source"]}</th>'
        f'<th scope="col">{words["kind"]}</th><th scope="col">{last}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(language: Language, source: SourceStatus, timezone: str, *, is_known: bool) -> str:
    words = TEXTS[language]
    if source.last_event_at is None:
        last = words["never"] if is_known else words["unknown"]
    else:
        last = _moment(language, source.last_event_at, timezone)
    mark = f' <span class="soft">{words["disabled"]}</span>' if source.state == "disabled" else ""
    kind = escape(name_of(language, source.kind))
    return f"<tr><td>{escape(source.name)}{mark}</td><td>{kind}</td><td>{last}</td></tr>"


def _moment(language: Language, at: int, timezone: str) -> str:
    moment = datetime.fromtimestamp(at // 1000, ZoneInfo(timezone))
    return moment.strftime("%d.%m.%Y %H:%M:%S" if language == "ru" else "%Y-%m-%d %H:%M:%S")


def _number(value: int) -> str:
    """A number in groups of three, kept on one line."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def page(language: Language, title: str, body: str) -> str:
    """Return a whole page around its body, which is HTML."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="{ICON}"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f"<body>{body}</body></html>"
    )
