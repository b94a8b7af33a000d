"""Phones and e-mails: any raw value in, a normal form or a reason out. Pure and total: nothing here raises.

Invariant: a normal form is a fixed point, `phone(phone(x).value) == phone(x)` and likewise for e-mails.
"""

from konnektu.core.contacts.blocked import is_blocked
from konnektu.core.contacts.emails import Email, email
from konnektu.core.contacts.phones import Phone, phone
from konnektu.core.invalid import Invalid

__all__ = ["Email", "Invalid", "Phone", "email", "is_blocked", "phone"]
