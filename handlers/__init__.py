"""Conversations: aiogram routers, one behaviour a file. Parses, calls, answers; the rules live below.

`dispatcher()` is the table of behaviours: the order of the lines is the order in which they are asked.
"""

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseStorage

from handlers import (
    ask,
    checkin,
    clauses,
    documents,
    entry,
    frequent,
    household,
    identity,
    ledger,
    menu,
    office,
    office_answer,
    reminders,
    rulings,
    short_forms,
    todo,
    visit_form,
    visit_list,
    visit_message,
    week,
)


def dispatcher(storage: BaseStorage) -> Dispatcher:
    """Return a Dispatcher with every behaviour; called once, since a router has one parent."""
    root = Dispatcher(storage=storage)
    root.update.outer_middleware(identity.known_person)
    root.message.outer_middleware(short_forms.leave)
    root.include_routers(
        entry.router(),  # who is this? nothing below is reached by a stranger
        menu.router(),
        visit_message.router(),  # before the form, whose last look it begins with
        visit_form.router(),
        checkin.router(),
        visit_list.router(),
        household.router(),
        ledger.router(),
        todo.router(),
        reminders.router(),
        week.router(),
        office_answer.router(),
        office.router(),
        rulings.router(),
        frequent.router(),
        documents.router(),
        clauses.router(),
        ask.router(),  # any text that nobody above wanted is a question
    )
    return root
