"""Sex. In: a stated word, or the parts of a name. Out: m, f, or nothing where they do not tell."""

from typing import Any, Final, Literal

from konnektu.core.names.first import first_name_keys
from konnektu.core.names.keys import sound, words
from konnektu.core.names.patronymic import patronymic_sex
from konnektu.core.names.table import sexes
from konnektu.core.text import word_list

Sex = Literal["m", "f", ""]

_MEN: Final = frozenset(word_list("m male man мужской муж мужчина м 1 mr господин г-н мальчик"))
_WOMEN: Final = frozenset(
    word_list("f female woman женский жен женщина ж 2 mrs ms miss госпожа г-жа девочка w")
)
_MAN_ENDINGS: Final = ("ov", "ev", "in", "ski", "tski", "skoi")
_WOMAN_ENDINGS: Final = ("ova", "eva", "ina", "skaia", "tskaia", "aia")
_SHORTEST_SURNAME: Final = 4


def sex_of_word(raw: Any) -> Sex:
    """The sex that a word states: male, М, муж., женский, F, 1 and 2 as ISO 5218 has them."""
    word = str(raw).strip(" .").lower() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    return "m" if word in _MEN else "f" if word in _WOMEN else ""


def sex_of_names(first: str = "", patronymic: str = "", last: str = "") -> Sex:
    """The sex that the parts of a name show: the patronymic first, then the first name, then the surname's ending."""
    for found in (patronymic_sex(patronymic), _of_first_name(first), _of_surname(last)):
        if found == "m":
            return "m"
        if found == "f":
            return "f"
    return ""


def _of_first_name(raw: str) -> str:
    given = {sex for key in first_name_keys(raw) for sex in sexes().get(key, ())}
    return given.pop() if len(given) == 1 else ""


def _of_surname(raw: str) -> str:
    key = sound(words(raw)[-1]) if words(raw) else ""
    if len(key) < _SHORTEST_SURNAME:
        return ""
    if key.endswith(_WOMAN_ENDINGS):
        return "f"
    return "m" if key.endswith(_MAN_ENDINGS) else ""
