"""The catalogue: a price list of 200,000 products loaded first, unchanged, and with 1 % changed; and its list.

Load: offers of some 900 bytes with two pictures, three parameters and stock in two stores, in 1,000 categories.
The limit of a load: a bare COPY of the same rows into a table without indexes.
"""

import os
import random
import resource
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import perf_counter

from psycopg.sql import SQL, Identifier

from konnektu.bench.report import Result, percentile, result, timed
from konnektu.bench.world import World, world
from konnektu.catalogue import api as catalogue
from konnektu.core.clock import SystemClock

BUDGET_MB = 64
"""Memory that nine tenths of the price list may add."""
BUDGET_LIST_MS = 20
QUESTIONS = 500
CATEGORIES = 1_000
PAGE = 100


def bench_catalogue(products: int = 200_000) -> Iterator[Result]:
    """Measure loads of a price list of so many products, and the list of them."""
    with world() as here, tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "list.yml"
        write_price_list(file, products // 10)
        _load(here, file)
        held = _resident()
        write_price_list(file, products)
        first = _load(here, file)
        grown = (_resident() - held) / 2**20
        bare = products / _copy(here)
        yield result("catalogue.first_load", products / first, "products/s", limit=bare)
        yield result("catalogue.unchanged", products / _load(here, file), "products/s", limit=bare)
        write_price_list(file, products, products // 100)
        yield result("catalogue.changed_1_percent", products / _load(here, file), "products/s", limit=bare)
        budget = f"≤ {BUDGET_MB} MB beside the first tenth"
        met = grown <= BUDGET_MB if products >= 200_000 else None
        yield result("catalogue.memory", grown, "MB", budget=budget, met=met)
        took = _list(here, products)
        p99 = percentile(took, 0.99)
        met = p99 <= BUDGET_LIST_MS if products >= 200_000 else None
        yield result("catalogue.list_p50", percentile(took, 0.5), "ms")
        yield result("catalogue.list_p99", p99, "ms", budget=f"≤ {BUDGET_LIST_MS} ms", met=met)


def _load(here: World, file: Path) -> float:
    db = here.storage.workspace(here.workspace)
    done, seconds = timed(
        lambda: catalogue.load_file(
            db, file, kind="yml", by="bench", now=SystemClock().now_ms, is_forced=True
        )
    )
    assert done.state == "applied", done.reason  # noqa: S101 - a bench of another load would measure nothing
    return seconds


def write_price_list(file: Path, products: int, changed: int = 0) -> None:
    """A price list of so many products, the first `changed` of them at another price."""
    with file.open("w", encoding="cp1251") as out:
        out.write('<?xml version="1.0" encoding="windows-1251"?>\n<yml_catalog><shop><categories>\n')
        for number in range(CATEGORIES):
            parent = f' parentId="{number // 10}"' if number >= 10 else ""
            out.write(f'<category id="{number}"{parent}>Категория {number}</category>\n')
        out.write("</categories><offers>\n")
        out.writelines(_offer(number, number < changed) for number in range(products))
        out.write("</offers></shop></yml_catalog>\n")


def _offer(number: int, is_changed: bool) -> str:  # noqa: FBT001 - one of two offers
    price = 1_000 + number % 977 + is_changed
    return (
        f'<offer id="{number}" available="{"true" if number % 7 else "false"}" group_id="{number // 4}">'
        f"<url>https://shop.example/catalogue/goods/{number}.html</url><price>{price}.50</price>"
        f"<oldprice>{price + 200}</oldprice><currencyId>RUR</currencyId><categoryId>{number % CATEGORIES}</categoryId>"
        f"<picture>https://img.shop.example/{number}/1.jpg</picture><picture>https://img.shop.example/{number}/2.jpg</picture>"
        f"<name>Вафельница «Бренд {number % 300}» модель {number}</name><vendor>Бренд {number % 300}</vendor>"
        f"<vendorCode>AB-{number:07d}</vendorCode><barcode>46{number:011d}</barcode>"
        "<description>Отличный подарок для любителей венских вафель: съёмные пластины, регулировка нагрева, "
        "вертикальное хранение, длина шнура полтора метра, гарантия производителя.</description>"
        f'<param name="Цвет">белый</param><param name="Мощность" unit="Вт">{500 + number % 10 * 100}</param>'
        f'<param name="Вес" unit="кг">1.{number % 10}</param>'
        f'<outlets><outlet id="m1" instock="{number % 9}"/><outlet id="m2" instock="{number % 5}"/></outlets>'
        "</offer>\n"
    )


def _copy(here: World) -> float:
    """Seconds for a bare COPY of the rows that the load has written."""
    parts: dict[str, BytesIO] = {}
    with here.storage.workspace(here.workspace).transaction() as db, db.cursor() as cursor:
        for table in ("product", "stock"):
            standing, bare = Identifier(table), Identifier(f"bare_{table}")
            with cursor.copy(SQL("COPY {} TO STDOUT").format(standing)) as copy:
                parts[table] = BytesIO(b"".join(copy))
            db.execute(SQL("CREATE TABLE {} AS SELECT * FROM {} LIMIT 0").format(bare, standing))
        begun = perf_counter()
        for table, rows in parts.items():
            with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(f"bare_{table}"))) as copy:
                copy.write(rows.getbuffer())
        return perf_counter() - begun


def _list(here: World, products: int) -> list[float]:
    """Milliseconds of questions as a person asks them of the list: filters mixed, anywhere in it."""
    drawn = random.Random(7)  # noqa: S311 - the same questions each time
    db = here.storage.workspace(here.workspace)
    took = []
    for number in range(QUESTIONS):
        filters = _filters(drawn, number, products)
        begun = perf_counter()
        with db.read() as conn:
            rows = catalogue.looking.products(conn, filters, 0, PAGE + 1)
            catalogue.looking.told_by(conn, rows)
        took.append((perf_counter() - begun) * 1_000)
    return took


def _filters(drawn: random.Random, number: int, products: int) -> catalogue.Filters:
    kinds = (
        catalogue.Filters(),
        catalogue.Filters(category=str(drawn.randrange(CATEGORIES))),
        catalogue.Filters(brand=f"Бренд {drawn.randrange(300)}", available=True),
        catalogue.Filters(text=f"вафельница {drawn.randrange(products)}"),
        catalogue.Filters(price_from=100_000 + drawn.randrange(90_000), category=str(drawn.randrange(10))),
    )
    return kinds[number % len(kinds)]


def _resident() -> int:
    """Most memory this process has held, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if os.uname().sysname == "Darwin" else 1024
    )
