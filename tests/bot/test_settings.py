"""The settings: read once, all faults told together, secrets kept."""

from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import BadSettings, Settings, read

TOKEN = "123456:made-up-for-this-test"
SECRET = "sixteen-letters-or-more"


def test_nothing_set_is_a_good_setting() -> None:
    """A newcomer sets nothing: this machine only, port 8080, folder data."""
    settings = read({})
    assert (settings.data, settings.host, settings.port) == (Path("data"), "127.0.0.1", 8080)
    assert settings.loopback
    assert settings.link_base == "http://127.0.0.1:8080"
    assert settings.secrets == ()


def test_every_variable_is_read() -> None:
    """Each field comes from the variable that its table names."""
    environment = {
        "ZHUCUN_DATA": "elsewhere",
        "ZHUCUN_HOST": "0.0.0.0",
        "ZHUCUN_PORT": "9001",
        "PUBLIC_URL": "https://zhucun.example.cn/",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API": "http://127.0.0.1:9000",
        "WEBHOOK_URL": "https://zhucun.example.cn/telegram",
        "WEBHOOK_SECRET": SECRET,
    }
    assert set(environment) == {each.metadata["variable"] for each in fields(Settings)}
    settings, plain = read(environment), read({})
    assert [f.name for f in fields(Settings) if getattr(settings, f.name) == getattr(plain, f.name)] == []
    assert (settings.data, settings.port) == (Path("elsewhere"), 9001)
    assert settings.link_base == "https://zhucun.example.cn"
    assert not settings.loopback


def test_what_is_given_wins_and_none_is_not_given() -> None:
    """The command line is stronger than the environment; an option left out changes nothing."""
    settings = read({"ZHUCUN_PORT": "9001", "ZHUCUN_HOST": "localhost"}, port=0, host=None)
    assert (settings.port, settings.host) == (0, "localhost")


def test_blank_is_unset() -> None:
    """An empty line in a service's environment file is no setting."""
    assert read({"ZHUCUN_PORT": " ", "TELEGRAM_TOKEN": "", "PUBLIC_URL": ""}) == Settings()


def test_all_faults_are_told_at_once() -> None:
    """Each names the variable; a value that is no secret is shown."""
    environment = {
        "ZHUCUN_PORT": "70000",
        "PUBLIC_URL": "zhucun.example.cn",
        "TELEGRAM_TOKEN": "not-a-token-at-all",
        "WEBHOOK_URL": "https://zhucun.example.cn/telegram",
    }
    with pytest.raises(BadSettings) as caught:
        read(environment)
    told = "\n".join(caught.value.faults)
    assert len(caught.value.faults) == 4
    for word in (
        "ZHUCUN_PORT",
        "70000",
        "PUBLIC_URL",
        "“zhucun.example.cn”",
        "TELEGRAM_TOKEN",
        "WEBHOOK_SECRET",
    ):
        assert word in told
    assert "not-a-token-at-all" not in told


@pytest.mark.parametrize(
    "secret", ["short", "with spaces in between", "中文的暗号不行中文的暗号不行吧", "x" * 65]
)
def test_a_secret_that_telegram_would_refuse_is_refused(secret: str) -> None:
    """And it is not repeated in what is said."""
    with pytest.raises(BadSettings) as caught:
        read({"WEBHOOK_SECRET": secret})
    assert "WEBHOOK_SECRET" in str(caught.value)
    assert secret not in str(caught.value)


def test_secrets_are_listed_and_never_shown() -> None:
    """A repr in a log gives nothing away."""
    settings = read({"TELEGRAM_TOKEN": TOKEN, "WEBHOOK_SECRET": SECRET})
    assert settings.secrets == (TOKEN, SECRET)
    assert TOKEN not in repr(settings)
    assert SECRET not in repr(settings)


def test_every_setting_says_what_it_is_for() -> None:
    """The table that the docs show has no empty line."""
    assert len(fields(Settings)) >= 8
    for each in fields(Settings):
        assert each.metadata["variable"].isupper()
        assert each.metadata["help"]
