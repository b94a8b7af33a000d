"""How the pages after the password look: the code, the second factor to begin with, recovery codes; and of
an invitation.

In: texts, an offer or an invitation. Out: HTML. Invariant: every value is escaped; a QR code is drawn in the page
itself.
"""

from collections.abc import Sequence
from html import escape

from konnektu.access.api import PASSWORD_LEAST, Invitation, Offer
from konnektu.web.look import note, page
from konnektu.web.texts import TEXTS, Language


def step(language: Language, slug: str, token: str, said: str = "", offer: Offer | None = None) -> str:
    """Return the page that asks for a code; with an offer, the page that sets the second factor up first."""
    words = TEXTS[language]
    wrong = f'<p class="say" role="alert">{escape(said)}</p>' if said else ""
    begins, hint = (
        ("", words["code_hint"]) if offer is None else (_offer(language, offer), words["code_first"])
    )
    return page(
        language,
        f"{slug} · KONNEKTU",
        f"""<main class="door"><form class="sheet" method="post" action="/{escape(slug)}/sign-in/step">
<p class="name">KONNEKTU</p><h1>{words["second_step"]}</h1>
<input type="hidden" name="token" value="{escape(token)}">{begins}
<label for="code">{words["code"]}</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none"
 spellcheck="false" maxlength="30" required autofocus>
{wrong}<button>{words["sign_in"]}</button><p class="soft">{hint}</p>
<p class="soft"><a href="/{escape(slug)}/">{words["anew"]}</a></p></form></main>""",
    )


def recovery_codes(language: Language, slug: str, codes: Sequence[str]) -> str:
    """Return the page that shows recovery codes, once."""
    words = TEXTS[language]
    lines = "".join(f"<li><code>{escape(code)}</code></li>" for code in codes)
    return page(
        language,
        f"{slug} · KONNEKTU",
        f"""<main class="door"><div class="sheet"><p class="name">KONNEKTU</p><h1>{words["recovery_codes"]}</h1>
<p>{words["recovery_hint"]}</p><ul class="codes">{lines}</ul>
<p><a href="/{escape(slug)}/">{words["go_on"]}</a></p></div></main>""",
    )


def invitation(
    language: Language, slug: str, secret: str, token: str, invited: Invitation, said: str = ""
) -> str:
    """Return the page on which an invited person chooses a password."""
    words = TEXTS[language]
    wrong = f'<p class="say" role="alert">{escape(said)}</p>' if said else ""
    return page(
        language,
        f"{slug} · KONNEKTU",
        f"""<main class="door"><form class="sheet" method="post" action="/{escape(slug)}/invitation/{escape(secret)}">
<p class="name">KONNEKTU</p><h1>{words["invited"].format(name=escape(invited.name))}</h1>
<input type="hidden" name="token" value="{escape(token)}">
<label for="login">{words["login"]}</label>
<input id="login" name="login" value="{escape(invited.login)}" autocomplete="username" readonly>
<label for="password">{words["password"]}</label>
<input id="password" name="password" type="password" autocomplete="new-password"
 minlength="{PASSWORD_LEAST}" maxlength="1000" required autofocus>
{wrong}<button>{words["accept"]}</button>
<p class="soft">{words["password_rule"].format(least=PASSWORD_LEAST)}</p></form></main>""",
    )


def no_invitation(language: Language) -> str:
    """Return the page of a link that invites nobody, or nobody any more."""
    words = TEXTS[language]
    return note(
        language, words["no_invitation"], f"<h1>{words['no_invitation']}</h1><p>{words['ask_again']}</p>"
    )


def _offer(language: Language, offer: Offer) -> str:
    words = TEXTS[language]
    return f"""<p>{words["enrol"]}</p><div class="qr">{offer.picture}</div>
<p class="soft">{words["by_hand"]} <code>{escape(offer.secret)}</code></p>
<input type="hidden" name="offer" value="{escape(offer.sealed)}">"""
