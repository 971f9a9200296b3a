from __future__ import annotations

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.intake.address import (
    BadTrust,
    Confidence,
    Headers,
    Source,
    Trust,
    TrustsEverybody,
    derive,
    read_trust,
)
from moderation.intake.forwarded import BadElement, forwarded_nodes, read_node
from moderation.intake.proxy_protocol import SIGNATURE, BadProxyHeader, ProxyHeader, read_proxy_header

PROXIES = "10.0.0.1, 10.0.1.0/24, 2001:db8:ffff::/48"
XFF = read_trust("x_forwarded_for", PROXIES)
FWD = read_trust("forwarded", PROXIES)
CDN = read_trust("header:CF-Connecting-IP", PROXIES)
SOCKET = read_trust("direct", "")
PROXY = ("10.0.0.1", 40000)
STRANGER = ("198.51.100.9", 5000)
SURE, DIRECT, INTERNAL, BROKEN = (
    Confidence.BY_TRUSTED_PROXY,
    Confidence.DIRECT,
    Confidence.INTERNAL,
    Confidence.MALFORMED,
)


def xff(*lines: str) -> Headers:
    return [("X-Forwarded-For", line) for line in lines]


def fwd(*lines: str) -> Headers:
    return [("Forwarded", line) for line in lines]


CASES = [
    # an untrusted peer is the sender, whatever it says
    ("no header", STRANGER, [], XFF, "198.51.100.9", 5000, DIRECT),
    ("stranger forges xff", STRANGER, xff("1.2.3.4"), XFF, "198.51.100.9", 5000, DIRECT),
    ("stranger forges our proxy", STRANGER, xff("1.2.3.4, 10.0.0.1"), XFF, "198.51.100.9", 5000, DIRECT),
    ("stranger forges forwarded", STRANGER, fwd("for=1.2.3.4"), FWD, "198.51.100.9", 5000, DIRECT),
    ("stranger forges cdn header", STRANGER, [("CF-Connecting-IP", "1.2.3.4")], CDN, "198.51.100.9", 5000, DIRECT),
    ("stranger forges a port", STRANGER, [("X-Client-Port", "1")], XFF, "198.51.100.9", 5000, DIRECT),
    ("direct ignores a proxy's header", PROXY, xff("1.2.3.4"), SOCKET, "10.0.0.1", 40000, DIRECT),
    ("stranger over IPv6", ("2001:db8::9", 7, 0, 0), xff("1.2.3.4"), XFF, "2001:db8::9", 7, DIRECT),
    ("stranger mapped", ("::ffff:198.51.100.9", 7), [], XFF, "198.51.100.9", 7, DIRECT),
    ("peer with zone", ("fe80::1%eth0", 7), [], XFF, "fe80::1", 7, DIRECT),
    # a trusted peer's list is read from the right
    ("one hop", PROXY, xff("203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("left spoof", PROXY, xff("1.2.3.4, 203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("left spoof as our proxy", PROXY, xff("10.0.0.1, 203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("left spoof as loopback", PROXY, xff("127.0.0.1, 203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("left garbage", PROXY, xff("<script>, 203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("two proxies", PROXY, xff("203.0.113.7, 10.0.1.5"), XFF, "203.0.113.7", None, SURE),
    ("spoof and two proxies", PROXY, xff("1.1.1.1, 203.0.113.7, 10.0.1.5"), XFF, "203.0.113.7", None, SURE),
    ("duplicate lines in order", PROXY, xff("1.1.1.1", "203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("duplicate lines, proxy last", PROXY, xff("203.0.113.7", "10.0.1.5"), XFF, "203.0.113.7", None, SURE),
    ("lower-case name", PROXY, [("x-forwarded-for", "203.0.113.7")], XFF, "203.0.113.7", None, SURE),
    ("no space after comma", PROXY, xff("1.1.1.1,203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("tabs around", PROXY, xff("\t203.0.113.7\t"), XFF, "203.0.113.7", None, SURE),
    ("with port", PROXY, xff("203.0.113.7:4711"), XFF, "203.0.113.7", 4711, SURE),
    ("port nought is none", PROXY, xff("203.0.113.7:0"), XFF, "203.0.113.7", None, SURE),
    ("IPv6 bare", PROXY, xff("2001:db8::7"), XFF, "2001:db8::7", None, SURE),
    ("IPv6 in brackets", PROXY, xff("[2001:db8::7]"), XFF, "2001:db8::7", None, SURE),
    ("IPv6 with port", PROXY, xff("[2001:db8::7]:4711"), XFF, "2001:db8::7", 4711, SURE),
    ("IPv6 in capitals", PROXY, xff("2001:DB8:0:0::7"), XFF, "2001:db8::7", None, SURE),
    ("IPv6 with zone", PROXY, xff("fe80::7%eth0"), XFF, "fe80::7", None, SURE),
    ("mapped becomes IPv4", PROXY, xff("::ffff:203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("mapped proxy is our proxy", PROXY, xff("203.0.113.7, ::ffff:10.0.1.5"), XFF, "203.0.113.7", None, SURE),
    ("6to4 stays", PROXY, xff("2002:cb00:7107::1"), XFF, "2002:cb00:7107::1", None, SURE),
    ("Teredo stays", PROXY, xff("2001:0:cb00:7107::1"), XFF, "2001:0:cb00:7107::1", None, SURE),
    ("proxy over IPv6", ("2001:db8:ffff::1", 1), xff("203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("mapped peer is our proxy", ("::ffff:10.0.0.1", 1), xff("203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("quoted", PROXY, xff('"203.0.113.7"'), XFF, "203.0.113.7", None, SURE),
    # all ours, or nobody named
    ("all trusted", PROXY, xff("10.0.1.9, 10.0.1.5"), XFF, "10.0.1.9", None, INTERNAL),
    ("header missing", PROXY, [], XFF, "10.0.0.1", 40000, INTERNAL),
    ("header empty", PROXY, xff(""), XFF, "10.0.0.1", 40000, INTERNAL),
    ("header blank", PROXY, xff("  "), XFF, "10.0.0.1", 40000, INTERNAL),
    # what is no address ends the walk
    ("garbage", PROXY, xff("nonsense"), XFF, "10.0.0.1", 40000, BROKEN),
    ("garbage at the right", PROXY, xff("203.0.113.7, nonsense"), XFF, "10.0.0.1", 40000, BROKEN),
    ("garbage behind a proxy", PROXY, xff("203.0.113.7, x, 10.0.1.5"), XFF, "10.0.0.1", 40000, BROKEN),
    ("unknown", PROXY, xff("unknown"), XFF, "10.0.0.1", 40000, BROKEN),
    ("empty element", PROXY, xff("203.0.113.7,"), XFF, "10.0.0.1", 40000, BROKEN),
    ("leading zeros", PROXY, xff("203.000.113.007"), XFF, "10.0.0.1", 40000, BROKEN),
    ("one number", PROXY, xff("3405803783"), XFF, "10.0.0.1", 40000, BROKEN),
    ("hex", PROXY, xff("0xcb.0.0x71.7"), XFF, "10.0.0.1", 40000, BROKEN),
    ("digits of another script", PROXY, xff("٢٠٣.0.113.7"), XFF, "10.0.0.1", 40000, BROKEN),
    ("port too large", PROXY, xff("203.0.113.7:65536"), XFF, "10.0.0.1", 40000, BROKEN),
    ("negative port", PROXY, xff("203.0.113.7:-1"), XFF, "10.0.0.1", 40000, BROKEN),
    ("IPv4 in brackets", PROXY, xff("[203.0.113.7]"), XFF, "10.0.0.1", 40000, BROKEN),
    ("network instead of address", PROXY, xff("203.0.113.0/24"), XFF, "10.0.0.1", 40000, BROKEN),
    ("line feed inside", PROXY, xff("203.0.113.7\n10.0.1.5"), XFF, "10.0.0.1", 40000, BROKEN),
    ("NUL inside", PROXY, xff("203.0.113.7\0"), XFF, "10.0.0.1", 40000, BROKEN),
    ("ten kilobytes of one element", PROXY, xff("9" * 10240), XFF, "10.0.0.1", 40000, BROKEN),
    ("ten kilobytes to the left", PROXY, xff("1.1.1.1, " * 1100 + "203.0.113.7"), XFF, "203.0.113.7", None, SURE),
    ("too many of our proxies", PROXY, xff(", ".join(["10.0.1.5"] * 30)), XFF, "10.0.0.1", 40000, BROKEN),
    # the port that the proxy tells apart
    ("port header", PROXY, [*xff("203.0.113.7"), ("X-Client-Port", "4711")], XFF, "203.0.113.7", 4711, SURE),
    ("port header twice", PROXY, [*xff("203.0.113.7"), *[("X-Client-Port", "1")] * 2], XFF, "203.0.113.7", None, SURE),
    ("port header garbage", PROXY, [*xff("203.0.113.7"), ("X-Client-Port", "99999")], XFF, "203.0.113.7", None, SURE),
    (
        "port header of another hop",
        PROXY,
        [*xff("203.0.113.7, 10.0.1.5"), ("X-Client-Port", "4711")],
        XFF,
        "203.0.113.7",
        None,
        SURE,
    ),
    # RFC 7239
    ("forwarded", PROXY, fwd("for=203.0.113.7"), FWD, "203.0.113.7", None, SURE),
    ("forwarded left spoof", PROXY, fwd("for=1.2.3.4, for=203.0.113.7"), FWD, "203.0.113.7", None, SURE),
    ("forwarded IPv6", PROXY, fwd('For="[2001:db8::7]:4711";proto=https'), FWD, "2001:db8::7", 4711, SURE),
    ("forwarded hidden port", PROXY, fwd('for="203.0.113.7:_x1"'), FWD, "203.0.113.7", None, SURE),
    ("forwarded comma in quotes", PROXY, fwd('by="a,b";for=203.0.113.7'), FWD, "203.0.113.7", None, SURE),
    ("forwarded escape", PROXY, fwd('for="203.0.113\\.7"'), FWD, "203.0.113.7", None, SURE),
    ("forwarded two lines", PROXY, fwd("for=1.1.1.1", "for=203.0.113.7"), FWD, "203.0.113.7", None, SURE),
    ("forwarded unknown", PROXY, fwd("for=unknown"), FWD, "10.0.0.1", 40000, BROKEN),
    ("forwarded hidden name", PROXY, fwd("for=_secret"), FWD, "10.0.0.1", 40000, BROKEN),
    ("forwarded without for", PROXY, fwd("for=203.0.113.7, proto=https"), FWD, "10.0.0.1", 40000, BROKEN),
    ("forwarded twice in one", PROXY, fwd("for=1.2.3.4;for=203.0.113.7"), FWD, "10.0.0.1", 40000, BROKEN),
    ("forwarded open quote", PROXY, fwd('for="203.0.113.7'), FWD, "10.0.0.1", 40000, BROKEN),
    ("forwarded ends in comma", PROXY, fwd("for=203.0.113.7,"), FWD, "10.0.0.1", 40000, BROKEN),
    ("xff where forwarded is the source", PROXY, xff("1.2.3.4"), FWD, "10.0.0.1", 40000, INTERNAL),
    ("forwarded where xff is the source", PROXY, fwd("for=1.2.3.4"), XFF, "10.0.0.1", 40000, INTERNAL),
    # one header of a CDN
    ("cdn header", PROXY, [("cf-connecting-ip", "203.0.113.7")], CDN, "203.0.113.7", None, SURE),
    ("cdn header twice", PROXY, [("CF-Connecting-IP", "203.0.113.7")] * 2, CDN, "10.0.0.1", 40000, BROKEN),
    ("cdn header as list", PROXY, [("CF-Connecting-IP", "1.1.1.1, 2.2.2.2")], CDN, "10.0.0.1", 40000, BROKEN),
    # peers that are no address
    ("unix socket untrusted", None, xff("203.0.113.7"), XFF, None, None, Confidence.UNKNOWN),
    ("peer without an address", ("testclient", 50000), xff("1.2.3.4"), XFF, None, None, Confidence.UNKNOWN),
    (
        "unix socket trusted",
        None,
        xff("203.0.113.7"),
        read_trust("x_forwarded_for", "unix"),
        "203.0.113.7",
        None,
        SURE,
    ),
]


@pytest.mark.parametrize(
    ("peer", "headers", "trust", "expected"), [(*c[1:4], c[4:]) for c in CASES], ids=[c[0] for c in CASES]
)
def test_address_is_derived_as_the_table_says(peer, headers, trust, expected):
    found = derive(peer, headers, trust)
    assert (found.ip, found.port, found.confidence) == expected


def test_table_has_more_than_forty_cases():
    assert len({case[0] for case in CASES}) == len(CASES) >= 40


HEADER_NAMES = ["X-Forwarded-For", "x-forwarded-for", "Forwarded", "CF-Connecting-IP", "X-Client-Port", "X-Real-IP"]
PLAUSIBLE = st.one_of(
    st.ip_addresses().map(str),
    st.lists(st.ip_addresses().map(str), max_size=5).map(", ".join),
    st.ip_addresses(v=4).map(lambda ip: f"for={ip}"),
    st.text(max_size=40),
)


@given(
    peer=st.ip_addresses().filter(lambda ip: not any(ip in n for n in XFF.networks if n.version == ip.version)),
    port=st.integers(1, 65535),
    headers=st.lists(st.tuples(st.sampled_from(HEADER_NAMES), PLAUSIBLE), max_size=6),
    trust=st.sampled_from([XFF, FWD, CDN, SOCKET, read_trust("proxy_protocol", PROXIES)]),
    claim=st.ip_addresses(v=4).map(str),
)
def test_no_header_of_an_untrusted_peer_ever_changes_the_result(peer, port, headers, trust, claim):
    if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped and trust.covers(str(peer.ipv4_mapped)):
        return
    told = derive((str(peer), port), headers, trust, proxy=ProxyHeader(28, claim, 1, "tcp"))
    bare = derive((str(peer), port), [], trust)
    assert (told.ip, told.port, told.confidence, told.peer) == (bare.ip, bare.port, bare.confidence, bare.peer)


@given(
    st.lists(st.tuples(st.sampled_from(HEADER_NAMES), st.text(max_size=300)), max_size=8),
    st.sampled_from([XFF, FWD, CDN]),
)
def test_any_header_of_a_trusted_peer_gives_an_answer(headers, trust):
    found = derive(PROXY, headers, trust)
    assert found.confidence in set(Confidence)
    ipaddress.ip_address(found.ip)
    assert len(found.raw.encode()) <= 512


@given(
    st.lists(st.ip_addresses().map(str), max_size=6), st.ip_addresses(v=4).filter(lambda ip: not XFF.covers(str(ip)))
)
def test_nothing_that_a_sender_writes_to_the_left_changes_what_the_proxy_wrote(forged, real):
    assert derive(PROXY, xff(", ".join([*forged, str(real)])), XFF).ip == str(real)


@pytest.mark.parametrize(
    "trusted",
    ["*", "0.0.0.0/0", "::/0", "10.0.0.1, *", "0.0.0.0/1, 128.0.0.0/1", "128.0.0.0/1", "2000::/3", "::ffff:0:0/96"],
)
@pytest.mark.parametrize("source", ["x_forwarded_for", "forwarded", "proxy_protocol", "direct"])
def test_trusting_everybody_refuses_to_start(source, trusted):
    with pytest.raises(TrustsEverybody):
        read_trust(source, trusted)


@pytest.mark.parametrize(
    ("source", "trusted"),
    [
        ("x_forwarded_for", ""),
        ("x_forwarded_for", "proxy.local"),
        ("header", "10.0.0.1"),
        ("direct:x", ""),
        ("guess", ""),
    ],
)
def test_trust_that_cannot_be_read_is_named(source, trusted):
    with pytest.raises(BadTrust):
        read_trust(source, trusted)


def test_default_trusts_nobody():
    assert read_trust("direct", "") == Trust(Source.DIRECT)
    assert not Trust().covers("127.0.0.1")
    assert not Trust().covers(None)


def test_private_networks_may_be_trusted():
    trust = read_trust("x_forwarded_for", "10.0.0.0/8, 172.16.0.0/12, fc00::/7")
    assert trust.covers("10.9.9.9")
    assert trust.covers("fd00::1")
    assert not trust.covers("11.0.0.1")


def test_ignored_headers_are_noted_and_the_end_of_a_long_header_is_kept():
    assert derive(STRANGER, [*xff("1.2.3.4"), *fwd("for=1.2.3.4")], XFF).note == "ignored forwarded, x-forwarded-for"
    assert derive(PROXY, xff("1.1.1.1, " * 1100 + "203.0.113.7"), XFF).raw.endswith("203.0.113.7")


def proxy_header(command=1, family=1, transport=1, body=None, version=2) -> bytes:
    if body is None:
        addresses = (bytes([203, 0, 113, 7]), bytes([10, 0, 0, 1]))
        if family == 2:
            addresses = (ipaddress.ip_address("2001:db8::7").packed, ipaddress.ip_address("2001:db8::1").packed)
        body = b"".join(addresses) + struct.pack("!HH", 4711, 443)
    return SIGNATURE + bytes([version << 4 | command, family << 4 | transport]) + struct.pack("!H", len(body)) + body


PP = read_trust("proxy_protocol", PROXIES)


def test_proxy_header_tells_address_and_port():
    header = read_proxy_header(proxy_header() + b"GET / HTTP/1.1\r\n")
    assert header == ProxyHeader(28, "203.0.113.7", 4711, "tcp")
    found = derive(PROXY, xff("1.2.3.4"), PP, proxy=header)
    assert (found.ip, found.port, found.confidence, found.transport) == ("203.0.113.7", 4711, SURE, "tcp")
    assert (found.peer, found.peer_port) == PROXY


def test_proxy_header_of_ipv6_and_of_datagrams():
    assert read_proxy_header(proxy_header(family=2, transport=2)) == ProxyHeader(52, "2001:db8::7", 4711, "udp")


def test_proxys_own_health_check_names_nobody():
    header = read_proxy_header(proxy_header(command=0))
    assert header == ProxyHeader(28)
    assert derive(PROXY, [], PP, proxy=header).confidence is INTERNAL
    assert read_proxy_header(proxy_header(family=3, body=b"x" * 216)) == ProxyHeader(232)


def test_extensions_after_the_addresses_are_skipped():
    body = bytes([203, 0, 113, 7, 10, 0, 0, 1]) + struct.pack("!HH", 0, 443) + b"\x03\x00\x04abcd"
    assert read_proxy_header(proxy_header(body=body) + b"GET") == ProxyHeader(35, "203.0.113.7", None, "tcp")


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
        proxy_header(version=1),
        proxy_header(command=2),
        proxy_header(body=b"short"),
        SIGNATURE + b"\x21\x11\xff\xff",
    ],
)
def test_what_is_no_proxy_header_is_refused(data):
    with pytest.raises(BadProxyHeader):
        read_proxy_header(data)


@given(st.integers(0, 27))
def test_proxy_header_that_is_not_whole_yet_waits(size):
    assert read_proxy_header(proxy_header()[:size]) is None


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data):
    for prefix in (b"", SIGNATURE):
        try:
            header = read_proxy_header(prefix + data)
        except BadProxyHeader:
            continue
        assert header is None or header.length <= len(prefix + data)


@given(st.text(max_size=60))
def test_any_text_is_an_element_or_refused(text):
    for read in (read_node, forwarded_nodes):
        try:
            read(text)
        except BadElement:
            continue
