"""What the actions propose to a person at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from actions import deps
from actions.suggest import PATH, find, find_duplicates, suggest
from knowledge.errors import KnowledgeError
from knowledge.ranker import Candidate as Topic
from knowledge.ranker import Ranking
from tests.unit.actions.driver import Office
from tests.unit.actions.test_me_too import Finder
from tickets.domain.duplicates import Verdict
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.errors import ClassifierUnavailable
from tickets.service.commands import FileTicket
from tickets.service.ports import Candidate


@dataclass
class Known:
    """As much of the actions' dependencies as a proposal needs."""

    classifier: Any
    consultant: Any = None


class Classifier:
    def suggest(self, text: str, limit: int = 5) -> list[Candidate]:
        if text == "broken":
            raise ClassifierUnavailable
        return [Candidate("street_light", "urban_management", 0.81234)][:limit]


@dataclass
class Item:
    id: str
    title: str
    sections: dict[str, str]


class Consultant:
    def rank(self, text: str, language: str) -> Ranking:
        if text == "broken":
            raise KnowledgeError
        return Ranking([Topic("a", 0.6), Topic("withdrawn", 0.2), Topic("unlikely", 0.01)], 0.5)

    def item(self, topic: str, language: str) -> Item | None:
        return None if topic == "withdrawn" else Item(topic, f"{topic}/{language}", {"short": "短"})


def test_the_best_few_come_with_what_the_page_shows() -> None:
    found = find(Known(Classifier(), Consultant()), "路灯", "zh")  # type: ignore[arg-type]
    assert found["categories"] == [{"id": "street_light", "unit": "urban_management", "score": 0.812}]
    assert found["knowledge"] == [{"id": "a", "title": "a/zh", "text": "短", "score": 0.6}]


def test_what_is_away_is_empty() -> None:
    assert find(Known(Classifier()), "路灯", "zh")["knowledge"] == []  # type: ignore[arg-type]
    assert find(Known(Classifier(), Consultant()), "broken", "zh") == {"categories": [], "knowledge": []}  # type: ignore[arg-type]


@pytest.mark.asyncio
async def test_the_door_answers_good_questions_and_refuses_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deps, "current", lambda: Known(Classifier(), Consultant()))
    app = web.Application()
    app.router.add_post(PATH, suggest)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}".format(*runner.addresses[0][:2]) + PATH
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json={"text": "路灯坏了", "language": "zh"}) as response:
            assert (await response.json())["categories"][0]["id"] == "street_light"
        for body in (b"nonsense", b"[]", b'{"text": "x"}', b'{"text": "x", "language": "fr"}'):
            async with session.post(url, data=body) as response:
                assert response.status == 400
    await runner.cleanup()


def test_duplicates_hold_nothing_of_the_citizens_and_fail_quietly() -> None:
    office = Office()
    number = office.desk.file(
        FileTicket(
            idempotency_key="first",
            channel="web",
            language="zh",
            nature="complaint",
            category="street_light",
            description="路灯不亮",
            conversation_id="other",
            place=Place("解放路15号，电话13700000000"),
            contact=Contact("王芳", "13812345678"),
        )
    ).number
    asked = {"description": "路灯坏了", "category": "street_light", "location": "解放路17号", "conversation_id": ""}
    office.duplicates = Finder(office, Verdict.LIKELY)
    office.install()
    [found] = find_duplicates(deps.current(), asked)
    assert (found["number"], found["complainants"], found["own"]) == (number, 1, False)
    assert not {"王芳", "13812345678"} & {str(value) for value in found.values()} and "13700000000" not in str(found)
    assert find_duplicates(deps.current(), {**asked, "description": ""}) == []
    office.duplicates = Finder(office, Verdict.LIKELY, down=True)
    office.install()
    assert find_duplicates(deps.current(), asked) == []
    office.duplicates = None
    office.install()
    assert find_duplicates(deps.current(), asked) == []
