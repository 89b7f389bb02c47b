"""Numbers and addresses out of headers and settings."""

from __future__ import annotations

import pytest
from aiosipua.message import SipRequest
from hypothesis import given
from hypothesis import strategies as st

from hotline import settings
from hotline.settings import SettingsError
from tests.sip_messages import request
from voice.errors import InvalidTarget
from voice.protocol.addresses import Target, called_of, caller_of, party, target_of
from voice.protocol.messages import read
from voice.transports.config import audiosocket_config, sip_config

TRUNK = Target("sip:pbx.city", "pbx.city", 5060, "udp")


def invite(*headers: str, caller: str = "alice") -> SipRequest:
    message = read(request("INVITE", headers=headers, caller=caller)).message
    assert isinstance(message, SipRequest)
    return message


@pytest.mark.parametrize(
    ("value", "number"),
    [('"Zhang San" <sip:13800138000@10.0.0.1;user=phone>;tag=1', "13800138000"),
     ("<sip:+86-138.0013(8000)@x>", "+8613800138000"),
     ("<tel:+8613800138000;phone-context=x>", "+8613800138000"), ("sip:alice@example.org", "alice"),
     ("<sip:10.0.0.1>", ""), ("", ""), ("<sip:%E5%BC%A0@x>", "张"), ("<sip:1;postd=9@x>", "1")],
)  # fmt: skip
def test_a_number_is_read_from_an_address(value: str, number: str) -> None:
    assert party(value) == number


def test_what_the_exchange_asserts_counts_before_what_the_phone_claims() -> None:
    assert caller_of(invite("P-Asserted-Identity: <sip:13900000000@pbx>")) == "13900000000"
    assert caller_of(invite()) == "alice"


@pytest.mark.parametrize(
    ("headers", "caller"),
    [(("Privacy: id",), "13800000000"), ((), "anonymous"), ((), "Anonymous"), ((), "unavailable")],
)
def test_a_withheld_number_is_anonymous(headers: tuple[str, ...], caller: str) -> None:
    assert caller_of(invite(*headers, caller=caller)) == "anonymous"


def test_the_called_number_is_known() -> None:
    assert called_of(invite()) == "bot"


def test_targets_are_addresses_or_numbers_for_the_trunk() -> None:
    assert target_of("sip:desk@10.0.0.5:5070;transport=tcp", None) == Target(
        "sip:desk@10.0.0.5:5070;transport=tcp", "10.0.0.5", 5070, "tcp"
    )
    assert target_of("<sip:desk@[::1]>", None).host == "::1"
    assert target_of("8000", TRUNK) == Target("sip:8000@pbx.city", "pbx.city", 5060, "udp")
    assert target_of("tel:+86 138-0013", TRUNK).uri == "sip:+861380013@pbx.city"


@pytest.mark.parametrize(
    "text", ["", "desk", "sips:desk@x", "sip:", "sip:a@x:99999", "sip:a@x\r\nBye: 1", "sip:a@x;transport=tls"]
)
def test_what_cannot_be_called_is_refused(text: str) -> None:
    with pytest.raises(InvalidTarget):
        target_of(text, TRUNK)


def test_a_number_without_a_trunk_is_refused() -> None:
    with pytest.raises(InvalidTarget, match="HOTLINE_SIP_TRUNK"):
        target_of("8000", None)


@given(st.text(max_size=60))
def test_no_value_of_a_header_does_harm(text: str) -> None:
    assert len(party(text)) <= 64 and party(text).isprintable()


class TestSettings:
    def test_without_any_the_line_is_for_this_machine_only(self) -> None:
        config = sip_config(settings.load({}))
        assert (config.host, config.port, config.transports) == ("127.0.0.1", 5060, ("udp", "tcp"))
        assert [str(network) for network in config.allowed] == ["127.0.0.0/8", "::1/128"]
        assert config.trunk is None and config.account is None and audiosocket_config(settings.load({})) is None

    def test_an_account_needs_its_exchange(self) -> None:
        environ = {"HOTLINE_SIP_USER": "bot", "HOTLINE_SIP_PASSWORD": "secret"}
        with pytest.raises(SettingsError, match="HOTLINE_SIP_TRUNK"):
            sip_config(settings.load(environ))
        config = sip_config(settings.load({**environ, "HOTLINE_SIP_TRUNK": "sip:10.0.0.1:5080;transport=tcp"}))
        assert config.account is not None and config.account.domain == "10.0.0.1"
        assert config.trunk is not None and (config.trunk.port, config.trunk.transport) == (5080, "tcp")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SIP_TRANSPORTS", "tls"),
            ("SIP_ALLOW", "everyone"),
            ("RTP_PORTS", "9"),
            ("RTP_PORTS", "20-10"),
            ("SIP_TRUNK", "x"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError, match=name):
            sip_config(settings.load({f"HOTLINE_{name}": value}))
