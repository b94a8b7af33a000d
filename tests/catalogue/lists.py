"""Price lists as shops write them."""

from collections.abc import Iterable
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog date="2026-11-26 12:00"><shop><name>Лавка</name><company>ООО</company>
<currencies><currency id="RUR" rate="1"/><currency id="USD" rate="90"/></currencies>
<categories>{categories}</categories>
<offers>
"""
TAIL = "</offers></shop></yml_catalog>\n"
CATEGORIES = (
    '<category id="1">Техника</category><category id="10" parentId="1">Кухня</category>'
    '<category id="2">Одежда</category>'
)


def offer(number: int, *, price: object = "1490.50", more: str = "", category: int = 10) -> str:
    return (
        f'<offer id="p{number}" available="true"><url>https://shop.ru/p{number}</url><price>{price}</price>'
        f"<currencyId>RUR</currencyId><categoryId>{category}</categoryId><name>Вафельница {number}</name>"
        f"<vendor>First</vendor>{more}</offer>\n"
    )


def offers(numbers: Iterable[int]) -> str:
    return "".join(offer(number) for number in numbers)


def price_list(
    path: Path, body: str, *, categories: str = CATEGORIES, encoding: str = "windows-1251", cut: int = 0
) -> Path:
    """Write a price list; `cut` bytes are missing at its end."""
    text = HEAD.format(encoding=encoding, categories=categories) + body + TAIL
    content = text.encode("cp1251" if encoding == "windows-1251" else encoding)
    path.write_bytes(content[: len(content) - cut])
    return path
