"""Whether a request to the debugger came straight from this machine. The debugger is
for the person at it, and a server on loopback is often behind a proxy or a tunnel.
"""

from __future__ import annotations

import typing as t

from ..judging.address import Exposure
from ..judging.address import of_literal

if t.TYPE_CHECKING:
    from ..judging.address import Address

# The headers that proxies, tunnels and the edges of hosts add, by how their names begin
# in a WSGI environment. A browser sends none of them.
FORWARDING = {
    "HTTP_X_FORWARDED": "X-Forwarded-*",
    "HTTP_FORWARDED": "Forwarded",
    "HTTP_VIA": "Via",
    "HTTP_X_REAL_": "X-Real-*",
    "HTTP_X_ORIGINAL_": "X-Original-*",
    "HTTP_X_CLIENT_": "X-Client-*",
    "HTTP_X_CLUSTER_CLIENT_": "X-Cluster-Client-*",
    "HTTP_X_REMOTE_": "X-Remote-*",
    "HTTP_X_PROXY": "X-Proxy-*",
    "HTTP_X_SCHEME": "X-Scheme",
    "HTTP_X_URL_SCHEME": "X-Url-Scheme",
    "HTTP_FRONT_END_HTTPS": "Front-End-Https",
    "HTTP_CLIENT_IP": "Client-IP",
    "HTTP_TRUE_CLIENT_IP": "True-Client-IP",
    "HTTP_CDN_LOOP": "CDN-Loop",
    "HTTP_MAX_FORWARDS": "Max-Forwards",
    "HTTP_X_REQUEST_START": "X-Request-Start",
    # Cloudflare and its tunnels, ngrok, Tailscale, Microsoft's dev tunnels.
    "HTTP_CF_": "CF-*",
    "HTTP_NGROK_": "ngrok-*",
    "HTTP_X_NGROK": "X-Ngrok-*",
    "HTTP_TAILSCALE_": "Tailscale-*",
    "HTTP_X_TUNNEL": "X-Tunnel-*",
    "HTTP_X_MS_": "X-MS-*",
    # Envoy, Varnish, Fastly, and the edges of hosts.
    "HTTP_X_ENVOY_": "X-Envoy-*",
    "HTTP_X_VARNISH": "X-Varnish",
    "HTTP_FASTLY_": "Fastly-*",
    "HTTP_X_AMZN_": "X-Amzn-*",
    "HTTP_X_CLOUD_TRACE_": "X-Cloud-Trace-*",
    "HTTP_X_APPENGINE_": "X-Appengine-*",
    "HTTP_X_ARR_": "X-ARR-*",
    "HTTP_X_AZURE_": "X-Azure-*",
    "HTTP_X_VERCEL_": "X-Vercel-*",
    "HTTP_X_RAILWAY_": "X-Railway-*",
    "HTTP_FLY_": "Fly-*",
}
PREFIXES = tuple(FORWARDING)
LOCAL = frozenset({Exposure.LOOPBACK, Exposure.EVERY_INTERFACE})
OF_OLD = frozenset({"HTTP/0.9", "HTTP/1.0"})


def detour_seen(environ: t.Mapping[str, t.Any], address: Address) -> str:
    """What shows that a request did not come straight from this machine, empty if
    nothing does. No value that was sent is shown.

    :param environ: the WSGI environment of the request.
    :param address: what the server is bound to, if that is known.
    """
    for name in environ:
        if name.startswith(PREFIXES):
            sent = next(each for each in PREFIXES if name.startswith(each))
            return (
                f"a request came with the header {FORWARDING[sent]}, as through a proxy"
            )
    if environ.get("SERVER_PROTOCOL") in OF_OLD:
        return "a request came over HTTP/1.0, as through a proxy"
    host = str(environ.get("HTTP_HOST", "")).strip()
    if not host:
        # HTTP/1.1 demands one, and every browser sends it. A proxy may take it off.
        return "a request came without a Host, as no browser sends it"
    if not _is_local_name(host):
        return "a request came for a host that is not this machine, as through a tunnel"
    if address.exposure is Exposure.LOOPBACK and _is_remote(environ):
        return "a request came from another machine"
    return ""


def _is_local_name(host: str) -> bool:
    name = host.casefold()
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0]
    name = name.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return of_literal(name).exposure in LOCAL


def _is_remote(environ: t.Mapping[str, t.Any]) -> bool:
    # Behind a unix socket there is no address, or a word instead.
    exposure = of_literal(str(environ.get("REMOTE_ADDR", ""))).exposure
    return exposure is Exposure.NETWORK
