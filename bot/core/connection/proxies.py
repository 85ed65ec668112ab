"""Connects to Discord through the proxy in HTTPS_PROXY, except as NO_PROXY says."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from pydantic import SecretStr
from yarl import URL

if TYPE_CHECKING:
    from aiohttp.connector import Connection

_PORT = re.compile(r"(?P<name>\[.*\]|[^:]*):(?P<port>\d+)")


@dataclass(frozen=True)
class Proxies:
    """Which proxy to use: `https`, if given, for all addresses that `exempt` does not name."""

    https: URL | None = None
    exempt: str = ""

    @property
    def shown(self) -> str:
        """Return the proxy's address without its name and password."""
        return str(self.https.origin()) if self.https else ""

    @property
    def password(self) -> SecretStr | None:
        """Return the proxy's password, which must not be shown."""
        return SecretStr(self.https.password) if self.https and self.https.password else None

    @property
    def credentials(self) -> dict[str, str]:
        """Return the header with the proxy's name and password."""
        if self.https is None or self.https.user is None:
            return {}
        said = aiohttp.encode_basic_auth(self.https.user, self.https.password or "")
        return {"Proxy-Authorization": said}

    def leads_to(self, address: URL) -> bool:
        """Tell whether an address is reached through the proxy; loopback never is."""
        host = (address.host or "").rstrip(".").lower()
        if self.https is None or _is_loopback(host):
            return False
        rules = self.exempt.lower().replace(",", " ").split()
        return not any(_fits(rule, host, address.port) for rule in rules)


DIRECT = Proxies()


class ProxyConnector(aiohttp.TCPConnector):
    """Opens connections as `proxies` say, for REST and gateway alike."""

    def __init__(self, proxies: Proxies) -> None:
        super().__init__(limit=0)
        self._proxies = proxies

    async def connect(self, req: aiohttp.ClientRequest, *rest: Any, **more: Any) -> Connection:
        # discord.py's own setting applies to all addresses or to none.
        if self._proxies.https and self._proxies.leads_to(req.url):
            proxy = self._proxies.https.origin()
            req.update_proxy(proxy, None, self._proxies.credentials)
        return await super().connect(req, *rest, **more)


def proxy_url(text: str) -> URL:
    """Parse a proxy's address; raise ValueError, which does not quote it, if it is invalid."""
    text = text if "://" in text else f"http://{text}"
    wrong = "is no address such as http://proxy.example.org:3128"
    try:
        url = URL(text)
        port = url.port
    except ValueError:
        raise ValueError(wrong) from None
    if url.scheme not in ("http", "https"):
        raise ValueError("names a kind of proxy that is not known: http:// and https:// are")
    if not url.host or not port:
        raise ValueError(wrong)
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _fits(rule: str, host: str, port: int | None) -> bool:
    """Tell whether a rule of NO_PROXY matches a host: by name, suffix, address, network or `*`."""
    if with_port := _PORT.fullmatch(rule):
        if int(with_port["port"]) != port:
            return False
        rule = with_port["name"]
    rule = rule.strip("[]")
    if rule == "*":
        return True
    if address := _address(host):
        try:
            return address in ipaddress.ip_network(rule, strict=False)
        except ValueError:
            return False
    name = rule.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def asking(proxies: Proxies, seconds: float) -> aiohttp.ClientSession:
    """Return a session for a request that must be answered within that many seconds."""
    timeout = aiohttp.ClientTimeout(total=seconds)
    return aiohttp.ClientSession(connector=ProxyConnector(proxies), timeout=timeout)
