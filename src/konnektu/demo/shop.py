"""The made-up shop «Чайный двор»: what it sells, how visitors come, what they carry. Data without logic."""

from typing import Final, NamedTuple

from konnektu.core.text import word_list

SITE: Final = "https://chaidvor.example"
CURRENCY: Final = "RUB"
SELLER: Final = "ООО «Чайный двор»"
"""The legal entity that consents name."""


class Product(NamedTuple):
    """One thing on sale."""

    product_id: str
    name: str
    category: str
    price: int
    """Roubles."""


PRODUCTS: Final = tuple(
    Product(f"T{number:03}", name, category, price)
    for number, (name, category, price) in enumerate(
        (
            ("Да Хун Пао", "Улун", 1290),
            ("Те Гуань Инь", "Улун", 990),
            ("Молочный улун", "Улун", 690),
            ("Габа", "Улун", 1490),
            ("Шу пуэр «Дворцовый»", "Пуэр", 850),
            ("Шен пуэр 2018", "Пуэр", 2400),
            ("Пуэр в мандарине", "Пуэр", 320),
            ("Ассам", "Чёрный чай", 450),
            ("Цейлон", "Чёрный чай", 390),
            ("Эрл Грей", "Чёрный чай", 420),
            ("Кимун", "Чёрный чай", 780),
            ("Лапсанг Сушонг", "Чёрный чай", 890),
            ("Сенча", "Зелёный чай", 520),
            ("Матча церемониальная", "Зелёный чай", 2190),
            ("Лунцзин", "Зелёный чай", 1150),
            ("Жасминовый", "Зелёный чай", 480),
            ("Иван-чай", "Травяной чай", 290),
            ("Ройбуш", "Травяной чай", 350),
            ("Таёжный сбор", "Травяной чай", 410),
            ("Чайник исинский", "Посуда", 4900),
            ("Гайвань белая", "Посуда", 1350),
            ("Пиала «Лотос»", "Посуда", 560),
            ("Чабань бамбуковая", "Посуда", 3700),
            ("Термос 500 мл", "Посуда", 2250),
            ("Венчик для матчи", "Посуда", 890),
            ("Пастила яблочная", "Сладости", 340),
            ("Мёд липовый", "Сладости", 620),
            ("Орехи в меду", "Сладости", 470),
            ("Набор «Знакомство»", "Подарки", 1990),
            ("Набор «Чайная церемония»", "Подарки", 6900),
        ),
        1,
    )
)


class Arrival(NamedTuple):
    """A way to come to the site."""

    weight: int
    query: str
    referrer: str


ARRIVALS: Final = (
    Arrival(26, "", ""),
    Arrival(24, "", "https://yandex.ru/"),
    Arrival(9, "", "https://www.google.com/"),
    Arrival(4, "", "https://vk.com/"),
    Arrival(3, "", "https://t.me/chaidvor"),
    Arrival(3, "", "https://dzen.ru/a/kak-zavarivat-puer"),
    Arrival(2, "", "https://otzovik.example/chaidvor"),
    Arrival(9, "utm_source=yandex&utm_medium=cpc&utm_campaign=poisk_chai&yclid=17263", "https://yandex.ru/"),
    Arrival(
        5,
        "utm_source=yandex&utm_medium=cpc&utm_campaign=rsya_podarki&utm_content=banner2",
        "https://news.example/",
    ),
    Arrival(6, "utm_source=vk&utm_medium=cpc&utm_campaign=vesna&utm_content=video", "https://vk.com/"),
    Arrival(3, "utm_source=telegram&utm_medium=social&utm_campaign=kanal_puer", "https://t.me/puerclub"),
)
LETTER: Final = Arrival(0, "utm_source=letter&utm_medium=email&utm_campaign={campaign}", "")

AGENTS: Final = (
    (
        "Mozilla/5.0 (Linux; Android 14; SM-A546E) "
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) "
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 YaBrowser/24.10.0.0 Mobile Safari/537.36"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) "
        "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
        "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15"
    ),
)
TABLETS: Final = (
    (
        "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) "
        "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1"
    ),
    (
        "Mozilla/5.0 (Linux; Android 13; SM-T970) "
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36"
    ),
)
ROBOTS: Final = (
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
)

NETWORKS: Final = (
    "5.18",
    "31.173",
    "178.176",
    "213.87",
    "78.107",
    "85.143",
    "91.77",
    "95.24",
    "176.59",
    "188.32",
)
"""First halves of addresses that Russian providers give out."""

CITIES: Final = (
    "Москва",
    "Москва",
    "Москва",
    "Санкт-Петербург",
    "Санкт-Петербург",
    "Новосибирск",
    "Екатеринбург",
    "Казань",
    "Нижний Новгород",
    "Самара",
    "Краснодар",
    "Пермь",
    "Тверь",
    "Воронеж",
    "Уфа",
)
MAILINGS: Final = ("novinki", "skidki", "podarki", "recepty")

MEN: Final = word_list(
    """
    Александр Алексей Андрей Антон Артём Борис Вадим Виктор Владимир Вячеслав Георгий Григорий Денис
    Дмитрий Евгений Иван Игорь Илья Кирилл Константин Максим Михаил Николай Олег Павел Пётр Роман
    Руслан Сергей Станислав Степан Тимур Фёдор Юрий Ярослав
    """
)
WOMEN: Final = word_list(
    """
    Александра Алина Алёна Анастасия Анна Валентина Валерия Вера Виктория Галина Дарья Евгения
    Екатерина Елена Елизавета Ирина Ксения Лариса Любовь Людмила Маргарита Марина Мария Надежда
    Наталья Оксана Ольга Полина Светлана София Татьяна Ульяна Юлия
    """
)
SURNAMES: Final = word_list(
    """
    Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков
    Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин
    Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов
    Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв
    Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов Богданов
    Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов Мельников Денисов
    Гаврилов Тихонов Казаков Афанасьев Данилов Пономарёв Коваленко Шевченко Бондаренко Ткачук Ким
    Черных Достоевский Рождественский Вишневский Толстой
    """
)
