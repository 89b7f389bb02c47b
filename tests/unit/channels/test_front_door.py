"""Small rules of the front door: addresses behind proxies, masked logs, problem documents, configuration."""

from __future__ import annotations

import inspect
from ipaddress import ip_network

import orjson
import pytest
from aiohttp import web

from channels import errors, problems
from channels.config import GatewayConfig
from channels.delivery import errors as delivery_errors
from channels.desk import errors as desk_errors
from channels.handoff import errors as handoff_errors
from channels.intake import errors as intake_errors
from channels.logs import masked_address, masked_path
from channels.miniprogram import errors as mini_program_errors
from channels.staff import errors as staff_errors
from channels.web.access import behind_proxies
from channels.wechat import errors as wechat_errors
from hotline import settings

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, forwarded: list[str], address: str) -> None:
    assert behind_proxies(peer, forwarded, PROXIES) == address


def test_the_log_holds_no_whole_address_or_number() -> None:
    assert masked_address("203.0.113.77") == "203.0.113.0"
    assert masked_address("2001:db8:1:2:3::4") == "2001:db8:1::"
    assert masked_address("unix") == "-"
    path = masked_path("/api/v1/conversations/009033e0-a397-4bae-b71c-3d7ac257c1ad/messages")
    assert path == "/api/v1/conversations/009033e0/messages"
    assert masked_path("/13812345678/x\ny") == "/***/x?y"
    assert len(masked_path("/" + "a" * 5000)) == 200


def test_every_error_has_a_status_of_its_own_or_is_internal() -> None:
    roots = {errors.ChannelsError, handoff_errors.HandoffError, desk_errors.DeskError, staff_errors.StaffError}
    # Open311 answers in its own words; a matter or a file that is refused gets a receipt.
    roots |= {intake_errors.MatterRefused, intake_errors.FileUnreadable}
    modules = (errors, handoff_errors, desk_errors, staff_errors, intake_errors, wechat_errors)
    known = {
        kind
        for module in (*modules, delivery_errors, mini_program_errors)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, errors.ChannelsError) and kind not in roots
    }
    assert known == set(problems.STATUS)
    assert len({kind.code for kind in known}) == len(known)


def test_a_problem_document_has_all_its_members() -> None:
    response = problems.response_of(errors.InvalidField("text", "text is empty; write something."))
    assert (response.status, response.content_type) == (422, "application/problem+json")
    assert isinstance(response.body, bytes)
    assert orjson.loads(response.body) == {
        "type": "urn:hotline:problem:invalid_field",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "text is empty; write something.",
        "code": "invalid_field",
        "field": "text",
    }


def test_too_many_requests_say_when_to_come_back() -> None:
    response = problems.response_of(errors.TooManyRequests(0.02))
    assert (response.status, response.headers["Retry-After"]) == (429, "1")
    assert problems.response_of(errors.TooManyRequests(2.1)).headers["Retry-After"] == "3"


def test_an_internal_error_tells_nothing_of_the_inside() -> None:
    response = problems.response_of(errors.ChannelsError("password=1234"))
    assert response.status == 500
    assert isinstance(response.body, bytes) and b"1234" not in response.body


def test_a_wrong_method_names_the_right_ones() -> None:
    response = problems.response_of_http(web.HTTPMethodNotAllowed("PUT", ["GET", "POST"]))
    assert (response.status, response.headers["Allow"]) == (405, "GET,POST")


def config_with(**environ: str) -> GatewayConfig:
    return GatewayConfig.from_settings(settings.load({f"HOTLINE_{name}": value for name, value in environ.items()}))


def test_the_configuration_has_the_promised_defaults() -> None:
    config = config_with()
    assert (config.host, config.port) == ("127.0.0.1", 8080)
    assert (config.message_rate.per_second, config.message_rate.burst) == (10, 60)
    assert (config.open_rate.per_second, config.open_rate.burst) == (1, 100)
    assert config.bot_timeout_seconds == 15
    assert config.allowed_origins == frozenset() and config.trusted_proxies == ()


def test_lists_in_the_configuration_are_parsed() -> None:
    config = config_with(ALLOWED_ORIGINS="https://City.example, http://x:81/", TRUSTED_PROXIES="10.0.0.0/8,::1/128")
    assert config.allowed_origins == {"https://city.example", "http://x:81"}
    assert len(config.trusted_proxies) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALLOWED_ORIGINS", "*"), ("TRUSTED_PROXIES", "10.0.0.0/99"), ("RATE_BURST", "0"), ("RATE_PER_SECOND", "-1")],
)
def test_a_setting_that_cannot_be_used_is_refused_at_start(name: str, value: str) -> None:
    with pytest.raises(settings.SettingsError):
        config_with(**{name: value})
