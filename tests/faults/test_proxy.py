"""The way to Discord through a proxy: REST, gateway and doctor; nobody reads its password."""

import asyncio
import base64
import os
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.core.connection.proxies import Proxies, ProxyConnector, proxy_url
from bot.ops.running import BAD_CONFIGURATION
from bot.settings import SettingsError, load
from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession

from .conftest import START

# Of a Discord at discord.test; trusted by nobody but these tests.
CERTIFICATE = Path(__file__).parent / "certificates" / "discord.test.pem"
PASSWORD = "open-sesame/42"
CREDENTIALS = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()


@dataclass
class Proxy:
    """A CONNECT proxy behind which all of discord.test is one simulator."""

    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://ada:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{self.port}"


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def joined(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int | None
) -> None:
    there = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(pipe(reader, there[1]), pipe(there[0], writer))


@pytest.fixture
async def proxy(simulator: Simulator) -> AsyncIterator[Proxy]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    proxy = Proxy()

    async def decrypt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await joined(reader, writer, URL(simulator_api).port)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        proxy.asked.append(head.splitlines()[0].split()[1])
        if f"Proxy-Authorization: Basic {CREDENTIALS}" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await joined(reader, writer, encrypted.sockets[0].getsockname()[1])

    simulator_api = simulator.api
    encrypted = await asyncio.start_server(decrypt, "127.0.0.1", ssl=context)
    server = await asyncio.start_server(connect, "127.0.0.1")
    proxy.port = server.sockets[0].getsockname()[1]
    simulator.api = "https://discord.test/api/v10"
    simulator.gateway_url = simulator.gateway.url = "wss://gateway.discord.test/gateway/"
    yield proxy
    server.close()
    encrypted.close()


async def answered(proxies: Proxies, address: str) -> int:
    """Return the status that is answered there."""
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    session = aiohttp.ClientSession(connector=ProxyConnector(proxies))
    async with session, session.get(address, ssl=trusting) as answer:
        return answer.status


async def test_an_address_is_reached_through_the_proxy(proxy: Proxy, simulator: Simulator) -> None:
    status = await answered(Proxies(proxy_url(proxy.url)), f"{simulator.api}/users/@me")

    assert (status, proxy.asked) == (401, ["discord.test:443"])


async def test_a_proxys_refusal_is_shown_without_the_password(
    proxy: Proxy, simulator: Simulator
) -> None:
    wrong = proxy.url.replace("ada", "eve")
    with pytest.raises(aiohttp.ClientHttpProxyError) as refused:
        await answered(Proxies(proxy_url(wrong)), simulator.api)

    assert "sesame" not in f"{refused.value} {refused.value!r}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.9.10"])
def test_loopback_is_never_reached_through_a_proxy(host: str) -> None:
    assert not Proxies(proxy_url("http://proxy.test:3128")).leads_to(URL(f"https://{host}:8650/"))


@pytest.mark.parametrize(
    ("exempt", "address", "through"),
    [
        ("", "https://discord.com/api", True),
        ("example.org", "https://discord.com/api", True),
        ("discord.com", "https://discord.com/api", False),
        ("DISCORD.com.", "https://Discord.COM/api", False),
        ("discord.com", "https://cdn.discord.com/api", False),
        ("discord.com", "https://notdiscord.com/api", True),
        ("cdn.discord.com", "https://discord.com/api", True),
        (".discord.gg", "wss://gateway.discord.gg/?v=10", False),
        ("*.discord.gg", "wss://gateway.discord.gg/?v=10", False),
        ("discord.com:443", "https://discord.com/api", False),
        ("discord.com:8443", "https://discord.com/api", True),
        (".discord.gg:443", "wss://gateway.discord.gg/", False),
        ("*", "https://discord.com/api", False),
        ("a.example, *", "https://discord.com/api", False),
        (" a.example ,discord.com , b.example", "https://discord.com/api", False),
        ("a.example discord.com", "https://discord.com/api", False),
        ("10.0.0.0/8", "https://10.1.2.3/api", False),
        ("10.0.0.0/8", "https://11.1.2.3/api", True),
        ("10.1.2.3", "https://10.1.2.3/api", False),
        ("10.1.2.3:8443", "https://10.1.2.3/api", True),
        ("0.0.0.0/0", "https://discord.com/api", True),
        ("[fd00::1]:443", "https://[fd00::1]/api", False),
        ("fd00::/8", "https://[fd00::1]/api", False),
        (",,.", "https://discord.com/api", True),
    ],
)
def test_no_proxy_follows_the_usual_rules(exempt: str, address: str, through: bool) -> None:
    proxies = Proxies(proxy_url("proxy.test:3128"), exempt)

    assert proxies.leads_to(URL(address)) is through


@pytest.mark.parametrize(
    "proxy", ["socks5://ada:sesame@proxy.test:1080", "http://ada:sesame@:3128", "ada:sesame@h:no"]
)
def test_an_invalid_proxy_address_is_refused_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    settings = load()
    with pytest.raises(SettingsError) as refused:
        _ = settings.proxies

    assert "HTTPS_PROXY: " in str(refused.value)
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "Https_Proxy"])
def test_the_proxy_is_taken_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, f"http://ada:{PASSWORD}@proxy.test:3128".replace("/42", "%2F42"))
    settings = load()

    assert settings.proxies.shown == "http://proxy.test:3128"
    assert "sesame" not in repr(settings)
    assert PASSWORD in settings.secrets


def test_lower_case_proxy_variables_win_over_upper_case_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://{name.lower() if name.islower() else 'other'}:3128")
        monkeypatch.setenv(name.replace("https", "no").replace("HTTPS", "NO"), name)
    settings = load()

    assert (settings.proxies.shown, settings.no_proxy) == ("http://https_proxy:3128", "https_proxy")


@pytest.mark.slow
async def test_the_bot_goes_online_through_the_proxy(
    proxy: Proxy,
    simulator: Simulator,
    session: SimSession,
    start: Callable[..., Awaitable[Any]],
) -> None:
    bot = await start(https_proxy=proxy.url, ssl_cert_file=CERTIFICATE, lore_log_level="DEBUG")
    await simulator.bot_online()
    await bot.ready()
    replies = (await session.play("/bio tony strak")).replies

    assert replies[0].text.startswith("Tony Stark")
    assert set(proxy.asked) == {"discord.test:443", "gateway.discord.test:443"}
    bot.process.terminate()
    assert await bot.ended() == 0
    assert "sesame" not in bot.said


@pytest.mark.slow
async def test_a_proxy_that_refuses_the_bot_is_reported_in_a_sentence(
    proxy: Proxy, start: Callable[..., Awaitable[Any]]
) -> None:
    bot = await start(https_proxy=proxy.url.replace("ada", "eve"), ssl_cert_file=CERTIFICATE)

    assert await bot.ended() == BAD_CONFIGURATION
    assert "The proxy does not let the bot through." in bot.said
    assert "Traceback" not in bot.said
    assert "sesame" not in bot.said


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [False, True])
async def test_doctor_connects_through_the_same_proxy(
    proxy: Proxy, simulator: Simulator, tmp_path: Path, wrong: bool
) -> None:
    way = proxy.url.replace("ada", "eve") if wrong else proxy.url
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, simulator.api, simulator.gateway_url, "doctor"),
        *("--data", str(tmp_path)),
        env=os.environ  # noqa: TID251  # a child is started with it
        | {"DISCORD_TOKEN": TOKEN, "HTTPS_PROXY": way, "SSL_CERT_FILE": str(CERTIFICATE)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()

    assert set(proxy.asked) == {"discord.test:443"}
    assert ("could not be reached through" in said) is wrong
    assert ("clock: It agrees with Discord's." in said) is not wrong
    assert "sesame" not in said


@pytest.mark.slow
async def test_doctor_reports_an_unusable_proxy_and_simulators_ignore_it(
    tmp_path: Path,
) -> None:
    async def said(*asked: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *asked, "--data", str(tmp_path)),
            env=os.environ | {"HTTPS_PROXY": "socks5://ada:sesame@127.0.0.1:1"},  # noqa: TID251  # as above
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        return (await process.communicate())[0].decode()

    assert "Tony Stark" in await said("ask", "/bio tony stark")
    told = await said("doctor")
    assert "HTTPS_PROXY: names a kind of proxy that is not known" in told
    assert "sesame" not in told
