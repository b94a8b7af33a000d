"""Price lists and rows as they come, read without a database."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.catalogue import batches, yml
from konnektu.catalogue.finding import query_of
from konnektu.catalogue.model import Category, Fault, Product, Stock, Store
from konnektu.catalogue.prices import currency_of, price_of
from konnektu.catalogue.sheet import columns_of
from konnektu.core.invalid import Invalid
from konnektu.core.money import exponent, major
from tests.catalogue.lists import offers, price_list


def products(path: Path) -> list[Product]:
    return [one.told for one in yml.told(path) if isinstance(one.told, Product)]


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    found = products(price_list(tmp_path / "a", offers([1]), encoding=encoding))
    assert [one.name for one in found] == ["Вафельница 1"]


def test_an_offer_whole(tmp_path: Path) -> None:
    body = (
        '<offer id="9" type="vendor.model" available="false" group_id="g1"><typePrefix>Мороженица</typePrefix>'
        "<vendor>Brand</vendor><model>3811</model><price>10</price><currencyId>USD</currencyId>"
        "<barcode>460</barcode><barcode>461</barcode><vendorCode>A-1</vendorCode>"
        "<description><![CDATA[<h3>Она & <offer id='x'></h3>]]></description>"
        '<param name="Вес" unit="кг">2</param><param name="Цвет">белый</param><param name="Цвет">синий</param>'
        '<outlets><outlet id="m1" instock="3"/><outlet id="m2"/></outlets><count>много</count></offer>'
    )
    told = [one.told for one in yml.told(price_list(tmp_path / "a", body))][3:]
    assert told == [
        Product(
            id="9", name="Мороженица Brand 3811", group="g1", brand="Brand", price=1_000, currency="USD",
            barcodes=("460", "461"), sku="A-1", available=False, description="<h3>Она & <offer id='x'></h3>",
            params={"Вес": "2 кг", "Цвет": "белый, синий"},
        ),
        Stock(product="9", store="m1", quantity=3),
        Fault(4, "9", "wrong_value", "No quantity: 'много'."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<!DOCTYPE yml_catalog [<!ENTITY a "b">]><yml_catalog><shop><offers><offer id="1"><name>&a;</name></offer></offers></shop></yml_catalog>', "declares entities"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><yml_catalog><shop><offers>&a;</offers></shop></yml_catalog>', "declares entities"),
        ("<html><body/></html>", "no YML"),
        ("<rss><offer/></rss>", "no YML"),
        ("", "no whole YML"),
        ("\x00\x01", "no whole YML"),
        ("<yml_catalog><shop><offers><offer id='1'></offers></shop></yml_catalog>", "no whole YML"),
    ],
    ids=["entities", "files", "a page", "another list", "nothing", "bytes", "crossed"],
)  # fmt: skip
def test_what_is_no_price_list_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "a"
    path.write_text(content)
    with pytest.raises(yml.BrokenFeed, match=reason):
        list(yml.told(path))


def test_entities_that_grow_are_refused_before_they_do(tmp_path: Path) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    path = tmp_path / "a"
    path.write_text(
        f"<!DOCTYPE yml_catalog [{entities}]><yml_catalog><shop><categories><category id='&a11;'/></categories></shop></yml_catalog>"
    )
    with pytest.raises(yml.BrokenFeed):
        list(yml.told(path))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yml"
    path.write_bytes(content)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which of two refusals depends on the bytes
        list(yml.told(path))
    assert type(caught.value).__name__ in {"BrokenFeed", "BrokenArchive"}


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1490.50", "RUB", 149_050),
        ("1 490,5", "RUB", 149_050),
        ("12.500", "RUB", 1_250),
        ("0.1", "RUB", 10),
        ("1\u00a0000", "JPY", 1_000),
        ("1.234", "KWD", 1_234),
        ("1.005", "RUB", None),
        ("1.5", "JPY", None),
        ("1e3", "RUB", None),
        ("", "RUB", None),
        ("NaN", "RUB", None),
        ("9" * 30, "RUB", None),
    ],
)
def test_money_is_exact_or_refused(text: str, currency: str, minor: int | None) -> None:
    found = price_of(text, currency)
    assert found == (minor if minor is not None else Invalid("wrong_price"))


@given(st.integers(0, 10**12 - 1), st.sampled_from(["RUB", "JPY", "KWD", "USD"]))
def test_an_amount_is_read_back(minor: int, currency: str) -> None:
    assert price_of(major(minor, currency), currency) == minor


def test_currencies() -> None:
    assert [currency_of(text) for text in ("rur", " RUB ", "XXY")] == [
        "RUB",
        "RUB",
        Invalid("wrong_currency"),
    ]
    assert [exponent(code) for code in ("RUB", "JPY", "KWD")] == [2, 0, 3]


@given(st.dictionaries(st.sampled_from("id name price currency link pictures params available".split()), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)), lambda inner: st.lists(inner, max_size=3), max_leaves=4)))  # fmt: skip
def test_a_row_of_the_api_is_a_product_or_a_fault(row: dict[str, object]) -> None:
    told = [one.told for one in batches.told("products", [row])]
    assert told
    assert isinstance(told[-1], Product) or not told[-1].is_kept  # type: ignore[union-attr]


def test_rows_of_the_api() -> None:
    rows: list[dict[str, Any]] = [{"code": "m1", "latitude": 91, "longitude": 0}, {"code": ""}, {"name": "x"}]
    told = [one.told for one in batches.told("stores", rows)]
    assert [type(one) for one in told] == [Fault, Store, Fault, Fault]
    assert [one.told for one in batches.told("categories", [{"id": " 1 ", "name": "Т", "parent": "0"}])] == [
        Category(id="1", name="Т")
    ]


@given(st.text(max_size=60))
def test_any_question_of_words_is_one_that_the_database_takes(text: str) -> None:
    asked = query_of(text)
    assert "\x00" not in asked
    assert asked.count("'") % 2 == 0


def test_a_mapping_names_columns_as_a_shop_does() -> None:
    columns = ("Артикул", "Код", "Наименование", "Цена", "Прочее")
    from konnektu.catalogue.model import Mapping

    assert columns_of(columns, Mapping()) == {
        "Артикул": "sku", "Код": "id", "Наименование": "name", "Цена": "price",
    }  # fmt: skip
