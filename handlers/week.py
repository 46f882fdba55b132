"""A team's week on request: heads see their own team's, offices that of any team of their place."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from fieldwork import scope, week
from fieldwork.days import Week, day_of
from handlers.keyboards import WEEK, buttons
from handlers.messages import rewrite
from storage import Store
from storage.roster import Person, Team

NOT_YOURS = "小结由队长、第一书记和联席办查看。您自己的记录在“我的台账”里。"
WHICH = "看哪支工作队？"
NO_TEAMS = "名册里您的辖区还没有工作队。"
PAGE = 8


class Show(CallbackData, prefix="wk"):
    """A team's week."""

    team: str
    week: str


class Teams(CallbackData, prefix="wk_p"):
    """Another page of teams."""

    number: int


def router() -> Router:
    """Handle the button, the choice of a team, and the weeks before."""
    router = Router(name="week")
    router.message.register(begin, StateFilter(None), F.text == WEEK)
    router.message.register(begin, Command("week"))
    router.callback_query.register(turn_page, Teams.filter())
    router.callback_query.register(show, Show.filter())
    return router


async def begin(message: Message, person: Person, store: Store, now: datetime) -> None:
    """Show this week of one's team, or ask which team."""
    teams = scope.teams_seen_by(store, person)
    if not teams:
        await message.answer(NO_TEAMS if person.role == "office" else NOT_YOURS)
    elif len(teams) == 1:
        text, markup = _page(store, teams[0], Week.of(day_of(now)), now)
        await message.answer(text, reply_markup=markup)
    else:
        await message.answer(WHICH, reply_markup=_choice(teams, 0, now))


async def turn_page(
    query: CallbackQuery, callback_data: Teams, person: Person, store: Store, now: datetime
) -> None:
    """Show other teams."""
    await query.answer()
    await rewrite(query, WHICH, _choice(scope.teams_seen_by(store, person), callback_data.number, now))


async def show(
    query: CallbackQuery, callback_data: Show, person: Person, store: Store, now: datetime
) -> None:
    """Show a week of a team that one may see."""
    team = store.roster.team(callback_data.team)
    if team is None or not scope.may_see_team(store, person, team.code):
        await query.answer(NOT_YOURS, show_alert=True)
        return
    await query.answer()
    text, markup = _page(store, team, Week.parse(callback_data.week), now)
    await rewrite(query, text, markup)


def _page(store: Store, team: Team, shown: Week, now: datetime) -> tuple[str, InlineKeyboardMarkup]:
    row = [("‹ 上一周", Show(team=team.code, week=str(shown.previous())))]
    if shown != Week.of(day_of(now)):
        row.append(("回到本周", Show(team=team.code, week=str(Week.of(day_of(now))))))
    return week.words(week.summary(store, team, shown, now)), buttons(row)


def _choice(teams: list[Team], number: int, now: datetime) -> InlineKeyboardMarkup:
    this_week = str(Week.of(day_of(now)))
    shown = teams[number * PAGE : (number + 1) * PAGE]
    before = [("‹ 上一页", Teams(number=number - 1))] if number else []
    after = [("下一页 ›", Teams(number=number + 1))] if (number + 1) * PAGE < len(teams) else []
    return buttons(
        *([(team.name, Show(team=team.code, week=this_week))] for team in shown), [*before, *after]
    )
