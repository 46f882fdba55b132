"""The end of the office's answer: it goes into the base, onto the questions, and to everybody who asked."""

import asyncio
from datetime import datetime
from typing import Any

from aiogram.types import CallbackQuery

from fieldwork.days import day_of
from handlers import office_cards as cards
from handlers import scope_cards
from handlers.clauses import Clause, place_words
from handlers.keyboards import buttons, main_menu
from handlers.messages import clipped, rewrite, under
from handlers.office import GONE, Look
from handlers.office_form import Form, scope_in
from handlers.open_questions import rule, tell
from handlers.readers import reader_of
from policy_kb import Issued, KnowledgeBase, Ruling
from storage.questions import Question

BY_CLAUSE = "您问过：{{question}}\n\n{office}答复，请看{place}：\n{text}{sentence}\n\n{name}，{day}"
BY_RULING = "您问过：{{question}}\n\n{office}答复：{words}{until}\n\n{name}，{day}"
UNTIL = "\n（管到 {until}）"
DONE = "答复已发给 {told} 个提问的人。以后再有人这样问，就能直接查到。"
NOT_TOLD = "另有 {n} 人没有进来过，发不到；他们再问时会查到。"
STILL_WAITING = "有 {n} 个提问的人看不到它，没有发给他们，他们的问题还在清单里。"
NOBODY_MAY_READ = "提问的人都看不到这份文件，引用了他们也打不开。请换一条，或者返回自己写。"
SENT, NEXT_QUESTION = "已发出：\n\n{words}", "下一个待答问题 ›"
WHOLE, LONGEST_CLAUSE = "看整条", 1500


async def send_clause(query: CallbackQuery, form: Form) -> None:
    """Send the clause that was chosen to all who may read it; their wordings join what is searched for it."""
    data = await form.state.get_data()
    asked, reader = form.questions(data), reader_of(form.store, form.person)
    async with form.unit.outside():
        clause = await asyncio.to_thread(form.kb.clause, data["clause"], reader=reader)
    if clause is None or not asked:
        await _nothing_to_send(query, form, asked)
        return
    readable = form.within(asked, clause.scope)
    if not readable:
        await query.answer(NOBODY_MAY_READ, show_alert=True)
        return
    wordings = [question.text for question in readable]
    async with form.unit.outside():
        await asyncio.to_thread(
            form.kb.wordings.add, clause.id, wordings, origin="office", by=form.person.code, now=form.now
        )
    sentence = f"\n{data['sentence']}" if data.get("sentence") else ""
    words = BY_CLAUSE.format(
        office=cards.office_name(form.store, form.person),
        place=place_words(clause),
        text=clipped(clause.text, LONGEST_CLAUSE),
        sentence=sentence,
        name=form.person.name,
        day=day_of(form.now).isoformat(),
    )
    await _sent(
        query, form, readable, words, ruling=place_words(clause) + sentence, clause=clause.id, printed=True
    )


async def send_ruling(query: CallbackQuery, form: Form) -> None:
    """Put the ruling into the base and send it to all who asked and may read it."""
    data = await form.state.get_data()
    asked, wanted = form.questions(data), scope_in(data)
    if not asked or not scope_cards.within_reach(form.store, form.person, wanted):
        await _nothing_to_send(query, form, asked)
        return
    readable = form.within(asked, wanted)
    ruling = _ruling(form, data)
    async with form.unit.outside():
        issued = await asyncio.to_thread(_issue, form.kb, ruling, readable, form.now)
    if readable and not form.questions({"questions": [question.id for question in readable]}):
        async with form.unit.outside():  # somebody was quicker while it went in
            await asyncio.to_thread(form.kb.remove, issued.document.id)
        await _nothing_to_send(query, form, [])
        return
    words = BY_RULING.format(
        office=cards.office_name(form.store, form.person),
        words=data["words"],
        until=UNTIL.format(until=data["until"]) if data["until"] else "",
        name=form.person.name,
        day=day_of(form.now).isoformat(),
    )
    await _sent(query, form, readable, words, ruling=data["words"], clause=issued.clause, printed=False)


def _issue(kb: KnowledgeBase, ruling: Ruling, answered: list[Question], now: datetime) -> Issued:
    """Put the ruling into the base, with every wording that it answers."""
    issued = kb.rulings.issue(ruling, now=now)
    wordings = dict.fromkeys([ruling.question, *(question.text for question in answered)])
    kb.wordings.add(issued.clause, wordings, origin="office", by=ruling.by, now=now)
    return issued


def _ruling(form: Form, data: dict[str, Any]) -> Ruling:
    return Ruling(
        key=form.source,
        question=data["question"],
        words=data["words"],
        issuer=f"{cards.office_name(form.store, form.person)} {form.person.name}",
        author=form.person.place,
        by=form.person.code,
        day=day_of(form.now).isoformat(),
        until=data["until"] or None,
        scope=scope_in(data),
    )


async def _nothing_to_send(query: CallbackQuery, form: Form, asked: list[Question]) -> None:
    """Show the step again where only the clause has gone; leave the form where the questions have been answered meanwhile."""
    if asked:
        await form.show(query, await form.step())
        return
    await query.answer()
    await form.state.clear()
    await under(query).answer(GONE, reply_markup=main_menu(form.person))


async def _sent(
    query: CallbackQuery,
    form: Form,
    readable: list[Question],
    words: str,
    *,
    ruling: str,
    clause: int,
    printed: bool,
) -> None:
    """Write it onto the questions, tell those who asked, and say how many were told."""
    data = await form.state.get_data()
    waiting = {question.person for question in form.questions(data)} - {each.person for each in readable}
    ruled = rule(form.store, readable, ruling, clause=clause, by=form.person, now=form.now)
    markup = buttons([(WHOLE, Clause(clause=str(clause)))]) if printed else None
    told = tell(form.store, ruled, words, now=form.now, markup=markup)
    missed = len({question.person for question in ruled}) - told
    lines = [DONE.format(told=told)]
    lines += [NOT_TOLD.format(n=missed)] if missed else []
    lines += [STILL_WAITING.format(n=len(waiting))] if waiting else []
    await query.answer()
    await form.state.clear()
    await rewrite(query, SENT.format(words=words.replace("{question}", data["question"])))
    more = form.store.questions.pending_count(form.person.place)
    await under(query).answer(
        "\n".join(lines), reply_markup=buttons([(NEXT_QUESTION, Look(after=0))] if more else [])
    )
