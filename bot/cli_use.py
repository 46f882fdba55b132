"""Commands of the knowledge base about its use: who may read a document, and by which wordings a clause is found."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from policy_kb import KnowledgeBase

RESTRICTED = "《{title}》（编号 {id}）现在的范围：{scope}"
EVERYBODY, PLACE, ROLES, BELOW = "所有人", "地方 {place} 及以下", "角色 {roles}", "，"
WORDING = "{id}\t{text}\t{origin}\t《{document}》{heading}"
ORIGINS = {"confirmed": "提问的人说有用", "office": "联席办答复过", "drafted": "拟的"}
NO_WORDINGS = "还没有记下别的问法。"
NO_SUCH_WORDING = "没有编号为 {id} 的问法，编号见 kb wordings。"
FORGOTTEN = "已去掉问法“{text}”，以后也不会再记到这一条。"
READERS = ("member", "leader", "first_secretary", "helper", "unit", "office")


@click.command("restrict", help="定一份文件谁能看；两样都不写就是所有人（编号见 kb list）")
@click.argument("number", metavar="ID", type=int)
@click.option("--place", metavar="CODE", help="只给这个地方（名册里的代码）和它下面的人")
@click.option("--role", "roles", multiple=True, type=click.Choice(READERS), help="只给这个角色，可以写几次")
@click.pass_obj
def restrict(data: Path, number: int, place: str | None, roles: tuple[str, ...]) -> None:
    """Set who may read a document."""
    from policy_kb import Scope  # noqa: PLC0415 - only where documents are

    document = _base(data).restrict(number, Scope(place, roles))
    words = [PLACE.format(place=place)] * bool(place) + [ROLES.format(roles="、".join(roles))] * bool(roles)
    scope = BELOW.join(words) or EVERYBODY
    click.echo(RESTRICTED.format(title=document.title, id=document.id, scope=scope))


@click.command("wordings", help="列出大家怎样问过，各记在哪一条")
@click.pass_obj
def wordings(data: Path) -> None:
    """List the wordings that are searched."""
    base = _base(data)
    lines = []
    for each in base.wordings.all():
        clause = base.clause(each.clause)
        heading = " › ".join(clause.heading) if clause else ""
        lines.append(
            WORDING.format(
                id=each.id,
                text=each.text,
                origin=ORIGINS[each.origin],
                document=clause.document if clause else "",
                heading=heading and f" {heading}",
            )
        )
    click.echo("\n".join(lines) or NO_WORDINGS)


@click.command("forget", help="去掉一种问法（编号见 kb wordings）")
@click.argument("number", metavar="ID", type=int)
@click.pass_obj
def forget(data: Path, number: int) -> int:
    """Take a wording out for good."""
    from bot.app import utc_now  # noqa: PLC0415 - loads every channel

    gone = _base(data).wordings.forget(number, now=utc_now())
    click.echo(
        FORGOTTEN.format(text=gone.text) if gone else NO_SUCH_WORDING.format(id=number), err=gone is None
    )
    return 0 if gone else 1


def _base(data: Path) -> "KnowledgeBase":
    from bot.backup import POLICY  # noqa: PLC0415
    from policy_kb import KnowledgeBase  # noqa: PLC0415

    return KnowledgeBase.open((data / POLICY).parent)
