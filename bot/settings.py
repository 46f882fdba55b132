"""The settings: one table, read once from the environment, all faults told together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit


class BadSettings(Exception):
    """One or more settings cannot be used; `faults` names each variable, what was seen and what is accepted."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """What the program is told from outside. `help` in each field's metadata is the table that the docs show."""

    data: Path = field(default=Path("data"), metadata={"variable": "ZHUCUN_DATA", "help": "数据文件夹"})
    host: str = field(default="127.0.0.1", metadata={"variable": "ZHUCUN_HOST", "help": "网页监听的地址"})
    port: int = field(default=8080, metadata={"variable": "ZHUCUN_PORT", "help": "网页监听的端口"})
    public_url: str = field(
        default="",
        metadata={"variable": "PUBLIC_URL", "help": "邀请链接用的网址，如 https://zhucun.example.cn"},
    )
    telegram_token: str = field(
        default="",
        repr=False,
        metadata={"variable": "TELEGRAM_TOKEN", "help": "Telegram 机器人令牌；不填就只用网页"},
    )
    telegram_api: str = field(
        default="https://api.telegram.org",
        metadata={"variable": "TELEGRAM_API", "help": "Telegram 服务器地址"},
    )
    webhook_url: str = field(
        default="",
        metadata={"variable": "WEBHOOK_URL", "help": "Telegram 回调网址；不填就由程序自己去取消息"},
    )
    webhook_secret: str = field(
        default="",
        repr=False,
        metadata={"variable": "WEBHOOK_SECRET", "help": "回调暗号，填了 WEBHOOK_URL 就必须填"},
    )

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the web chat."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def link_base(self) -> str:
        """Where invitation links point."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never stand in a log."""
        return tuple(s for s in (self.telegram_token, self.webhook_secret) if s)


def read(environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Read the settings from the environment; what is `given` (and not None) on the command line wins.

    Raises BadSettings with every fault at once.
    """
    values: dict[str, object] = {}
    faults: list[str] = []
    for each in fields(Settings):
        value: object = given.get(each.name)
        if value is None:
            value = environment.get(each.metadata["variable"], "").strip() or None
        if value is not None:
            values[each.name] = value
    if "data" in values:
        values["data"] = Path(str(values["data"]))
    if "port" in values:
        values["port"] = _port(values["port"], faults)
    for name in ("public_url", "telegram_api", "webhook_url"):
        _check_url(name, values, faults)
    _check_telegram(values, faults)
    if faults:
        raise BadSettings(faults)
    return Settings(**values)  # type: ignore[arg-type]


def _port(value: object, faults: list[str]) -> int:
    text = str(value)
    if text.isdigit() and int(text) <= 65535:  # noqa: PLR2004 - the last port
        return int(text)
    faults.append(f"ZHUCUN_PORT 是“{text}”，请填 0 到 65535 之间的整数")
    return 0


def _check_url(name: str, values: dict[str, object], faults: list[str]) -> None:
    text = str(values.get(name, "https://unset.invalid"))
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        variable = next(f.metadata["variable"] for f in fields(Settings) if f.name == name)
        faults.append(f"{variable} 是“{text}”，请填以 http:// 或 https:// 开头的完整网址")


def _check_telegram(values: dict[str, object], faults: list[str]) -> None:
    number, colon, secret = str(values.get("telegram_token", "0:unset")).partition(":")
    if not (number.isdigit() and colon and secret):
        faults.append("TELEGRAM_TOKEN 的样子不对，请填 BotFather 给的整串，形如 123456:ABC…")
    if values.get("webhook_url") and not values.get("webhook_secret"):
        faults.append("填了 WEBHOOK_URL，还要填 WEBHOOK_SECRET（16 到 64 位字母、数字、_ 或 -）")
    secret = str(values.get("webhook_secret", "a-secret-that-is-fine"))
    if not (
        16 <= len(secret) <= 64  # noqa: PLR2004 - as the fault says
        and secret.replace("_", "").replace("-", "").isalnum()
        and secret.isascii()
    ):
        faults.append("WEBHOOK_SECRET 的样子不对，请填 16 到 64 位字母、数字、_ 或 -")
