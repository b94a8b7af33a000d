"""What the audit log tells of, in words. In: nothing. Out: words of both languages for what a line says was done.

Invariant: every action that the code records stands here once; a test compares.
"""

from typing import Final

from konnektu.core.section import Choice

_WORDS: Final = """
sign_in.accepted            | Signed in                         | Вход выполнен
sign_in.refused             | Sign-in refused                   | Во входе отказано
session.ended               | Session ended                     | Сеанс завершён
sessions.ended              | Sessions ended                    | Сеансы завершены
lockout.lifted              | Sign-in unlocked                  | Вход разблокирован
second_factor.turned_on     | Second factor turned on           | Второй фактор включён
second_factor.turned_off    | Second factor turned off          | Второй фактор выключен
second_factor.reset         | Second factor reset               | Второй фактор сброшен
recovery_codes.renewed      | Recovery codes renewed            | Резервные коды обновлены
user.created                | User made                         | Пользователь создан
user.changed                | User changed                      | Пользователь изменён
user.limited                | Rows of a user limited            | Строки пользователя ограничены
user.password_set           | Password given to a user          | Пользователю задан пароль
user.password_changed       | Own password changed              | Свой пароль изменён
user_limit.changed          | Number of users limited           | Предел числа пользователей изменён
account.forgotten           | Account of the provider forgotten | Учётная запись провайдера отвязана
invitation.created          | Person invited                    | Человек приглашён
invitation.accepted         | Invitation accepted               | Приглашение принято
invitation.withdrawn        | Invitation withdrawn              | Приглашение отозвано
role.created                | Role made                         | Роль создана
role.changed                | Role changed                      | Роль изменена
role.removed                | Role removed                      | Роль удалена
token.created               | API token made                    | Ключ API создан
token.limited               | Rows of an API token limited      | Строки ключа API ограничены
token.revoked               | API token revoked                 | Ключ API отозван
settings.changed            | Project settings changed          | Настройки проекта изменены
sign_in_rules.changed       | Sign-in rules changed             | Правила входа изменены
identity_provider.changed   | Identity provider changed         | Провайдер входа изменён
identity_provider.removed   | Identity provider removed         | Провайдер входа удалён
menu.arranged               | Menu arranged                     | Меню настроено
menu.reset                  | Menu reset                        | Меню сброшено
card.arranged               | Customer card arranged            | Карточка клиента настроена
card.reset                  | Customer card reset               | Карточка клиента сброшена
columns.arranged            | Columns arranged                  | Столбцы настроены
columns.reset               | Columns reset                     | Столбцы сброшены
folder.created              | Shared folder made                | Общая папка создана
folder.changed              | Shared folder changed             | Общая папка изменена
folder.deleted              | Shared folder deleted             | Общая папка удалена
source.created              | Source made                       | Источник создан
source.changed              | Source changed                    | Источник изменён
source.rotated              | Write key renewed                 | Ключ записи обновлён
source.described            | Source described                  | Источник описан
marketing_source.stated     | Marketing source changed          | Маркетинговый источник изменён
marketing_source.retired    | Marketing source retired          | Маркетинговый источник закрыт
marketing_sources.applied   | Marketing sources applied to past | Источники применены к истории
profile.made                | Customer made                     | Клиент создан
profile.edited              | Customer changed                  | Клиент изменён
profile.tagged              | Tags changed                      | Метки изменены
profile.noted               | Note written                      | Заметка записана
profile.unmasked            | Personal data uncovered           | Персональные данные открыты
desk.searched               | Customer sought at the desk       | Поиск клиента оператором
desk.refused                | Wrong digits given at the desk    | Клиент не прошёл проверку
desk.opened                 | Customer verified at the desk     | Клиент прошёл проверку
consents.stated             | Consents stated                   | Согласия записаны
refusal.recorded            | Refusal recorded                  | Отказ записан
person.erased               | Person erased                     | Клиент удалён
person.cut                  | People separated                  | Объединение разрезано
people.merged               | People joined                     | Клиенты объединены
people.separated            | People kept apart                 | Объединение запрещено
people.permitted            | People allowed to be joined       | Объединение разрешено
identity_rules.changed      | Identity rules changed            | Правила объединения изменены
orders.statuses_mapped      | Order statuses mapped             | Статусы заказов сопоставлены
orders.currency_stated      | Currency of orders changed        | Валюта заказов изменена
record_kind.changed         | Kind of records changed           | Вид записей изменён
record_kind.retired         | Kind of records retired           | Вид записей закрыт
dictionary.plan_changed     | Tracking plan changed             | План событий изменён
dictionary.note_changed     | Data described                    | Описание данных изменено
import.uploaded             | File uploaded                     | Файл загружен
import.started              | Import started                    | Импорт запущен
import.cancelled            | Import cancelled                  | Импорт отменён
mapping.created             | Mapping made                      | Разметка создана
mapping.changed             | Mapping changed                   | Разметка изменена
mapping.deleted             | Mapping deleted                   | Разметка удалена
segment.saved               | Segment stated                    | Сегмент создан или изменён
segment.on                  | Segment switched on               | Сегмент включён
segment.off                 | Segment switched off              | Сегмент выключен
segment.deleted             | Segment deleted                   | Сегмент удалён
computed.saved              | Computed attribute stated         | Вычисляемый атрибут создан или изменён
computed.deleted            | Computed attribute deleted        | Вычисляемый атрибут удалён
segment.listed              | People put on a list or taken off | Состав списка изменён
segment.compared            | Difference of segments looked at  | Расхождение сегментов разобрано
list.exported               | List exported                     | Список выгружен
list.export_ended           | Export ended                      | Выгрузка завершена
file.downloaded             | File downloaded                   | Файл скачан
file.accepted               | File accepted                     | Файл принят
place.created               | Place of files made               | Место обмена создано
place.changed               | Place of files changed            | Место обмена изменено
place.deleted               | Place of files deleted            | Место обмена удалено
scheduled_import.created    | Scheduled import made             | Импорт по расписанию создан
scheduled_import.changed    | Scheduled import changed          | Импорт по расписанию изменён
scheduled_import.deleted    | Scheduled import deleted          | Импорт по расписанию удалён
scheduled_import.run        | Scheduled import run              | Импорт по расписанию запущен
scheduled_export.created    | Scheduled export made             | Выгрузка по расписанию создана
scheduled_export.changed    | Scheduled export changed          | Выгрузка по расписанию изменена
scheduled_export.deleted    | Scheduled export deleted          | Выгрузка по расписанию удалена
scheduled_export.run        | Scheduled export run              | Выгрузка по расписанию запущена
feed.created                | Feed made                         | Фид создан
feed.changed                | Feed changed                      | Фид изменён
feed.deleted                | Feed deleted                      | Фид удалён
feed.asked                  | Feed loaded                       | Загрузка фида запущена
load.confirmed              | Load of a feed confirmed          | Загрузка фида подтверждена
load.discarded              | Load of a feed discarded          | Загрузка фида отклонена
quarantine.replayed         | Rejected events sent again        | Отклонённые события отправлены повторно
quarantine.discarded        | Rejected events closed            | Отклонённые события закрыты
quarantine.replay_all       | All rejected events sent again    | Все отклонённые события отправлены повторно
quarantine.discard_all      | All rejected events closed        | Все отклонённые события закрыты
job.cancelled               | Job cancelled                     | Задание отменено
job.retried                 | Job tried again                   | Задание повторено
schedule.changed            | Schedule changed                  | Расписание изменено
schedule.deleted            | Schedule deleted                  | Расписание удалено
schedule.run                | Schedule run                      | Расписание запущено
retention.changed           | Terms of storage changed          | Сроки хранения изменены
retention.run               | Expired data removed              | Удаление по срокам запущено
"""

AUDITED: Final = tuple(
    Choice(*(part.strip() for part in line.split("|"))) for line in _WORDS.strip().splitlines()
)
"""Every action that is recorded."""
