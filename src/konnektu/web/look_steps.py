"""How the pages after the password look: the code, the second factor to begin with, recovery codes.

In: texts and an offer. Out: HTML. Invariant: every value is escaped; a QR code is drawn in the page itself.
"""

from collections.abc import Sequence
from html import escape

from konnektu.access.api import Offer
from konnektu.web.look import page
from konnektu.web.texts import TEXTS, Language


def step(language: Language, slug: str, token: str, said: str = "", offer: Offer | None = None) -> str:
    """Return the page that asks for a code; with an offer, the page that sets the second factor up first."""
    words = TEXTS[language]
    note = f'<p class="say" role="alert">{escape(said)}</p>' if said else ""
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
{note}<button>{words["sign_in"]}</button><p class="soft">{hint}</p>
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
<p>{words["recovery_hint"]}</p><ol class="codes">{lines}</ol>
<p><a href="/{escape(slug)}/">{words["go_on"]}</a></p></div></main>""",
    )


def _offer(language: Language, offer: Offer) -> str:
    words = TEXTS[language]
    return f"""<p>{words["enrol"]}</p><div class="qr">{offer.picture}</div>
<p class="soft">{words["by_hand"]} <code>{escape(offer.secret)}</code></p>
<input type="hidden" name="offer" value="{escape(offer.sealed)}">"""
