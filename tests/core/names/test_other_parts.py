"""Surnames, patronymics, full names in one field, sex."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.names import (
    FullName,
    compatible_patronymics,
    compatible_surnames,
    father_key,
    is_patronymic,
    sex_of_names,
    sex_of_word,
    split_full_name,
    surname_keys,
)

WEIRD = st.text(st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("man", "woman"),
    [
        ("Иванов", "Иванова"), ("Ivanov", "Иванова"), ("Толстой", "Толстая"), ("Достоевский", "Dostoevskaya"), ("Белый", "Белая"),
        ("Григорьев", "Grigorieva"), ("Соловьёв", "Solovyova"), ("Путин", "Путина"), ("Высоцкий", "Высоцкая"), ("Ким", "Ким"),
        ("Черных", "Черных"), ("Коваленко", "Kovalenko"), ("Хрущёв", "Khrushcheva"), ("Петров-Водкин", "Водкина-Петрова"),
    ],
)  # fmt: skip
def test_surnames_have_no_sex(man: str, woman: str) -> None:
    assert surname_keys(man) == surname_keys(woman)
    assert surname_keys(man)


def test_surnames_differ_or_are_a_typo_apart() -> None:
    assert compatible_surnames("Иванова", "Иванов")
    assert compatible_surnames("Иванова-Петрова", "Петров")
    assert compatible_surnames("Кузнецов", "Кузнцов")
    assert not compatible_surnames("Иванов", "Петров")
    assert not compatible_surnames("Ким", "Кин")
    assert compatible_surnames("", "Петров")


@pytest.mark.parametrize(
    ("patronymic", "father"),
    [
        ("Петрович", "petr"), ("Петровна", "petr"), ("Petrovich", "petr"), ("Юрьевна", "iuri"), ("Yurievna", "iuri"),
        ("Yuryevich", "iuri"), ("Алексеевич", "aleksei"), ("Алексеевна", "aleksei"), ("Ильинична", "ilia"), ("Ильич", "ilia"),
        ("Павлович", "pavel"), ("Львовна", "lev"), ("Яковлевна", "iakov"), ("Михайловна", "mihail"), ("Никитична", "nikita"),
        ("Дмитриевич", "dmitri"), ("Евгеньевна", "evgeni"), ("Гасан оглы", "gasan"), ("Гасан кызы", "gasan"), ("", ""),
    ],
)  # fmt: skip
def test_a_patronymic_names_the_father(patronymic: str, father: str) -> None:
    assert father_key(patronymic) == father


def test_patronymics_fit_by_father_initial_or_typo() -> None:
    assert compatible_patronymics("Петрович", "Петровна")
    assert compatible_patronymics("П.", "Петрович")
    assert compatible_patronymics("Ю.", "Юрьевна")
    assert compatible_patronymics("", "Петрович")
    assert compatible_patronymics("Александровна", "Алексанровна")
    assert not compatible_patronymics("Иванович", "Петрович")
    assert not compatible_patronymics("П.", "Иванович")
    assert is_patronymic("Сергеевна")
    assert not is_patronymic("Иванов")


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("Иванов Иван Петрович", ("Иванов", "Иван", "Петрович")), ("Иван Петрович Иванов", ("Иванов", "Иван", "Петрович")),
        ("Ivan Petrov", ("Petrov", "Ivan", "")), ("Petrov Ivan", ("Petrov", "Ivan", "")), ("Иванов И. П.", ("Иванов", "И.", "П.")),
        ("И.П. Иванов", ("Иванов", "И.", "П.")), ("Иванов И.П.", ("Иванов", "И.", "П.")), ("Иван Петрович", ("", "Иван", "Петрович")),
        ("Мамедов Али Гасан оглы", ("Мамедов", "Али", "Гасан оглы")), ("Абрамович Роман Аркадьевич", ("Абрамович", "Роман", "Аркадьевич")),
        ("Роман Аркадьевич Абрамович", ("Абрамович", "Роман", "Аркадьевич")), ("Иванова, Анна Петровна", ("Иванова", "Анна", "Петровна")),
        ("Анна", ("", "Анна", "")), ("Сидорова", ("Сидорова", "", "")), ("Ким Анна", ("Ким", "Анна", "")), ("Черных Ольга", ("Черных", "Ольга", "")),
        ("ИВАНОВА  АННА", ("ИВАНОВА", "АННА", "")), ("Katya Smirnova", ("Smirnova", "Katya", "")), ("", ("", "", "")),
        ("ООО Ромашка и партнёры по бизнесу", ("", "", "")),
    ],
)  # fmt: skip
def test_a_full_name_is_split_in_any_order(raw: Any, parts: tuple[str, str, str]) -> None:
    assert split_full_name(raw) == FullName(*parts)


@pytest.mark.parametrize(
    ("first", "patronymic", "last", "sex"),
    [
        ("Саша", "Петровна", "", "f"), ("Саша", "", "Иванова", "f"), ("Саша", "", "Ким", ""), ("Иван", "", "", "m"), ("Маша", "", "", "f"),
        ("", "", "Достоевский", "m"), ("Али", "Гасан оглы", "", "m"), ("", "", "", ""), ("Саша", "Petrovich", "", "m"),
    ],
)  # fmt: skip
def test_the_parts_of_a_name_show_the_sex(first: str, patronymic: str, last: str, sex: str) -> None:
    assert sex_of_names(first, patronymic, last) == sex


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        ("М", "m"),
        ("муж.", "m"),
        ("Женский", "f"),
        ("FEMALE", "f"),
        ("male", "m"),
        (2, "f"),
        (True, ""),
        ("?", ""),
        (None, ""),
    ],
)
def test_words_state_a_sex(word: Any, sex: str) -> None:
    assert sex_of_word(word) == sex


@given(WEIRD, WEIRD, WEIRD)
def test_any_texts_give_answers(first: str, patronymic: str, last: str) -> None:
    assert sex_of_names(first, patronymic, last) in {"m", "f", ""}
    assert compatible_surnames(last, first) == compatible_surnames(first, last)
    assert compatible_patronymics(patronymic, first) == compatible_patronymics(first, patronymic)
    assert compatible_patronymics(patronymic, patronymic)
    assert isinstance(split_full_name(f"{first} {patronymic} {last}"), FullName)
