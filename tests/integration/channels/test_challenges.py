"""Who goes beyond the share has the machine compute, and goes on; beyond the ceiling everybody waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.contract.channels.test_solved_challenges_contract import solution_to
from tests.integration.channels.gateways import Client, config_for, running_both, running_gateway

pytestmark = pytest.mark.asyncio
NARROW = {"RATE_PER_SECOND": "0.01", "RATE_BURST": "3", "CHALLENGE_WORK": "200"}


async def solve(client: Client, challenge: dict[str, Any]) -> tuple[int, Any]:
    status, answer, _ = await client.call("POST", f"{client.path}/challenge", json={"solution": solution_to(challenge)})
    return status, answer


async def flood(client: Client, times: int) -> list[tuple[int, Any]]:
    results = [await client.call("POST", f"{client.path}/messages", json={}) for _ in range(times)]
    return [(status, problem) for status, problem, _ in results]


async def test_a_solved_challenge_gives_a_conversation_another_share_and_not_more(tmp_path: Path) -> None:
    async with running_both(tmp_path, **NARROW) as (running, _):
        client = await running.client()
        results = await flood(client, 4)
        assert [status for status, _ in results] == [422, 422, 422, 429]
        refused = results[-1][1]
        assert refused["code"] == "challenge_required" and refused["retry_after"] > 1
        other = await running.client()
        status, again = (await flood(other, 1))[0]  # the same address: its share is used up, too
        assert (status, again["code"]) == (429, "challenge_required")

        status, answer = await solve(client, refused["challenge"])
        assert status == 200 and 590 <= answer["expires_in"] <= 600
        assert [status for status, _ in await flood(client, 4)] == [422, 422, 422, 429]
        assert (await flood(client, 1))[0][1]["code"] == "too_many_requests"  # nothing more to be had by computing
        assert (await flood(other, 1))[0][0] == 429  # it is the conversation's, not the address'

        assert (await solve(client, refused["challenge"]))[0] == 200  # a lost answer may be asked for again
        status, problem = await solve(other, refused["challenge"])
        assert (status, problem["code"]) == (403, "challenge_refused")
        assert (await solve(other, problem["challenge"]))[0] == 200
        assert (await flood(other, 1))[0][0] == 422
        _, text, _ = await client.call("GET", "/metrics")
        assert b'hotline_challenges_total{outcome="solved"} 3.0' in text
        assert b'hotline_refused_total{reason="challenge_required"}' in text


async def test_a_socket_is_asked_too_and_goes_on_in_the_same_socket(tmp_path: Path) -> None:
    async with running_both(tmp_path, **NARROW) as (running, _):
        client = await running.client()
        async with client.socket() as channel:
            await flood(client, 3)
            message = {"type": "message", "message_id": "m1", "text": "路灯坏了"}
            await channel.send_json(message)
            frame: dict[str, Any] = {}
            while frame.get("type") != "error":
                frame = await channel.receive_json(loads=orjson.loads, timeout=10)
            assert (frame["code"], frame["message_id"]) == ("challenge_required", "m1")
            assert (await solve(client, frame["challenge"]))[0] == 200
            await channel.send_json(message)
            while frame.get("type") != "ack":
                frame = await channel.receive_json(loads=orjson.loads, timeout=10)
            assert frame["message_id"] == "m1"


async def test_a_crowded_address_still_opens_conversations_for_computing(tmp_path: Path) -> None:
    narrow = {**NARROW, "OPEN_PER_MINUTE": "1", "OPEN_BURST": "2"}
    async with running_gateway(config_for(tmp_path, None, **narrow)) as running:
        stranger = running.stranger()
        for _ in range(2):
            await stranger.open()
        status, problem, headers = await stranger.call("POST", "/api/v1/conversations", json={}, token="")
        assert (status, problem["code"]) == (429, "challenge_required") and int(headers["Retry-After"]) > 1
        body = {"language": "ja", "solution": solution_to(problem["challenge"])}
        status, opened, _ = await stranger.call("POST", "/api/v1/conversations", json=body, token="")
        assert (status, opened["language"]) == (201, "ja")
        stranger.conversation_id, stranger.token = opened["conversation_id"], opened["token"]
        assert [status for status, _ in await flood(stranger, 7)] == [422] * 6 + [429]  # its share and the solver's
        status, problem, _ = await stranger.call("POST", "/api/v1/conversations", json=body, token="")
        assert (status, problem["code"]) == (403, "challenge_refused")
        for _ in range(16):  # ten times the share, and then nothing helps
            body = {"solution": solution_to((await stranger.call("GET", "/api/v1/challenge"))[1])}
            assert (await stranger.call("POST", "/api/v1/conversations", json=body, token=""))[0] == 201
        body = {"solution": solution_to((await stranger.call("GET", "/api/v1/challenge"))[1])}
        status, problem, headers = await stranger.call("POST", "/api/v1/conversations", json=body, token="")
        assert (status, problem["code"]) == (429, "too_many_requests") and "Retry-After" in headers


async def test_without_challenges_there_is_only_waiting(tmp_path: Path) -> None:
    async with running_both(tmp_path, **{**NARROW, "CHALLENGE_WORK": "0"}) as (running, _):
        client = await running.client()
        status, problem = (await flood(client, 4))[-1]
        assert (status, problem["code"]) == (429, "too_many_requests")
        assert (await client.call("GET", "/api/v1/challenge"))[0] == 404
        status, problem, _ = await client.call("POST", f"{client.path}/challenge", json={"solution": "AAAA"})
        assert (status, problem["code"]) == (403, "challenge_refused") and "challenge" not in problem
