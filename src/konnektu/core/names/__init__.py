"""Names of people: do two spellings fit one person? Raw text in, ASCII keys and verdicts out. Pure and total.

A key is the sound of a name in Latin letters, the same for Cyrillic and for every usual romanisation
(`keys.sound`). Keys are compared; they are not for showing. An unknown or empty name fits everything:
a veto needs evidence.
"""

from konnektu.core.names.birth import BirthDate, birth_date, birth_dates_conflict
from konnektu.core.names.first import compatible_first_names, first_name_keys
from konnektu.core.names.full import FullName, split_full_name
from konnektu.core.names.keys import sound
from konnektu.core.names.patronymic import compatible_patronymics, father_key, is_patronymic
from konnektu.core.names.sex import Sex, sex_of_names, sex_of_word
from konnektu.core.names.surname import compatible_surnames, surname_keys

__all__ = [
    "BirthDate",
    "FullName",
    "Sex",
    "birth_date",
    "birth_dates_conflict",
    "compatible_first_names",
    "compatible_patronymics",
    "compatible_surnames",
    "father_key",
    "first_name_keys",
    "is_patronymic",
    "sex_of_names",
    "sex_of_word",
    "sound",
    "split_full_name",
    "surname_keys",
]
