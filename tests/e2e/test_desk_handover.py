"""A citizen who writes Korean and an agent who reads Chinese, on a real gateway: handed over, answered, filed, given
back, judged; and the same with the gateway killed in the middle."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from desk_driver import Agent
from desk_system import PASSWORD
from fake_process import free_port
from page_axe import violations
from page_driver import Citizen
from playwright.sync_api import Browser, expect

HERE = Path(__file__).parent
NewCitizen = Callable[..., Citizen]
NewAgent = Callable[..., Agent]
START_SECONDS = 30
CHINESE = {
    "집 앞 가로등이 사흘째 꺼져 있어요. 상담원 연결해 주세요": "家门口的路灯三天没亮了，请转人工。",
    "해방로 15번지입니다": "在解放路15号。",
}
KOREAN = {
    "请问在什么地方？": "어디입니까?",
    "已经为您登记，请记下工单号。": "접수해 드렸습니다. 접수번호를 적어 두십시오.",
}


class _Translator(BaseHTTPRequestHandler):
    """A LibreTranslate stand-in that knows the sentences of the test."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = CHINESE if asked["target"].startswith("zh") else KOREAN
        body = json.dumps({"translatedText": known.get(asked["q"], f"[{asked['target']}] {asked['q']}")}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Gateway:
    """`desk_system.py` as a process that can be killed and started again on the same data and port."""

    def __init__(self, data_dir: Path, translator: str) -> None:
        self.port, self.bot_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = {
            "BOT_PORT": self.bot_port,
            "TRANSLATOR": "libretranslate",
            "TRANSLATOR_URL": translator,
            "DESK_ASSIGNMENT": "off",
        }
        sets = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        program = [sys.executable, str(HERE / "desk_system.py"), "--port", str(self.port)]
        self.command = [*program, "--data-dir", str(data_dir), *sets]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).read()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the gateway did not start")

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def gateway(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    translator = ThreadingHTTPServer(("127.0.0.1", 0), _Translator)
    threading.Thread(target=translator.serve_forever, daemon=True).start()
    running = Gateway(tmp_path_factory.mktemp("desk"), f"http://127.0.0.1:{translator.server_port}")
    running.start()
    yield running
    running.kill()
    translator.shutdown()


@pytest.fixture
def pair(gateway: Gateway, new_citizen: NewCitizen, new_agent: NewAgent) -> tuple[Citizen, Agent, str]:
    """A Korean citizen who waits for a person, and an agent with a Chinese desk who is there."""
    agent = new_agent("kim", url=f"{gateway.url}/desk", password=PASSWORD)
    agent.page.get_by_label("状态").select_option("available")
    agent.wait_for("state.me.presence === 'available'")
    citizen = new_citizen("ko", url=f"{gateway.url}/")
    citizen.say("집 앞 가로등이 사흘째 꺼져 있어요. 상담원 연결해 주세요")
    citizen.wait_for("state.owner === 'queue'")
    conversation_id = citizen.page.evaluate("JSON.parse(localStorage.getItem('hotline.session')).id")
    agent.wait_for("state.queue.some(one => one.conversation_id === argument)", conversation_id)
    return citizen, agent, conversation_id


def texts(citizen: Citizen, sender: str) -> list[str]:
    return [one["text"] for one in citizen.state()["messages"] if one["sender"] == sender]


def test_handed_over_answered_filed_given_back_and_judged(pair: tuple[Citizen, Agent, str]) -> None:
    citizen, agent, conversation_id = pair
    line = citizen.page.locator("form-progress")
    expect(line).to_contain_text("대기 순서는 1번째입니다")
    expect(line.get_by_role("button", name="대기 취소")).to_be_visible()
    assert violations(citizen.page) == [] and citizen.too_wide() == []

    agent.take(conversation_id)
    expect(line).to_contain_text("상담원 김민지 님과 대화하고 있습니다")
    expect(agent.page.locator("desk-message .other").first).to_contain_text("机器翻译")
    expect(agent.page.locator("desk-thread")).to_contain_text("家门口的路灯三天没亮了，请转人工。")

    agent.write("请问在什么地方？")
    expect(agent.page.locator("desk-composer #preview")).to_have_value("어디입니까?")
    expect(citizen.page.locator("message-list .typing")).to_contain_text("김민지 님이 입력하고 있습니다")
    agent.page.keyboard.press("Enter")
    expect(citizen.bubble("어디입니까?")).to_be_visible()
    expect(citizen.page.locator("message-bubble").filter(has_text="어디입니까?")).to_contain_text("기계 번역")

    citizen.box.press_sequentially("해방로 15번지입니다")
    expect(agent.page.locator("desk-thread .typing")).to_contain_text("市民正在输入")
    bot_before = texts(citizen, "bot")
    citizen.box.press("Enter")
    expect(agent.page.locator("desk-thread")).to_contain_text("在解放路15号。")
    agent.note("熟悉这一带，已联系路灯所")

    agent.page.locator('facts-panel [data-act="ticket"]').click()
    form = agent.page.locator("ticket-form")
    form.locator("#category").select_option("street_light")
    form.locator("#location").fill("解放路15号")
    form.locator("button[type=submit]").click()
    expect(form.locator("ticket-card")).to_be_visible()
    expect(citizen.page.locator("ticket-card").first).to_be_visible()
    number = citizen.state()["messages"][-1]["data"]["ticket"]["number"]
    assert texts(citizen, "bot") == bot_before, "the bot spoke while a person had the conversation"
    assert not any("路灯所" in one for one in texts(citizen, "agent")), "a private note reached the citizen"

    dialog = agent.act("return")
    expect(dialog.locator("#summary")).to_have_value(f"已登记工单{number}。")
    agent.send()
    citizen.wait_for("state.owner === 'bot'")
    citizen.say("감사합니다")
    assert any(number in one for one in texts(citizen, "bot")), "the bot does not know what the person did"

    citizen.say("상담원 연결해 주세요")
    agent.wait_for("state.queue.some(one => one.conversation_id === argument)", conversation_id)
    agent.take(conversation_id)
    agent.act("close").get_by_label("问题已解决").check()
    agent.send()
    card = citizen.page.locator("rating-card")
    expect(card).to_contain_text("김민지 상담원의 응대는 어떠셨습니까?")
    expect(citizen.page.locator("quick-replies button")).to_have_count(0)
    assert violations(citizen.page) == [] and citizen.too_wide() == []
    card.get_by_role("button", name="평가 보내기").click()
    expect(card).to_contain_text("별점을 1점에서 5점까지 선택해 주십시오")
    card.get_by_label(re.compile("별점 5점")).check()
    card.get_by_label("네, 해결되었습니다").check()
    card.get_by_role("button", name="평가 보내기").click()
    expect(card).to_contain_text("내 평가")
    citizen.page.reload()
    expect(citizen.page.locator("rating-card")).to_contain_text("매우 만족")


def test_the_gateway_killed_in_the_middle_loses_and_doubles_nothing(
    gateway: Gateway, pair: tuple[Citizen, Agent, str]
) -> None:
    citizen, agent, conversation_id = pair
    agent.take(conversation_id)
    agent.translate(False)
    agent.write("안녕하십니까, 김민지입니다")
    expect(citizen.bubble("안녕하십니까, 김민지입니다")).to_be_visible()
    gateway.kill()
    citizen.wait_for("state.connection !== 'online'")
    agent.wait_for("state.connection !== 'online'")
    citizen.type("서버가 꺼진 동안 쓴 말")
    agent.write("서버가 꺼진 동안 쓴 답")
    agent.page.locator("desk-composer .seg button").nth(1).click()
    agent.box.fill("断线时写的备注")
    agent.box.press("Enter")
    unsent = agent.page.locator("desk-message .unsent")
    expect(unsent.filter(has_text="서버가 꺼진 동안 쓴 답")).to_be_visible()
    expect(unsent.filter(has_text="断线时写的备注")).to_be_visible()
    gateway.start()
    expect(unsent).to_have_count(0, timeout=20_000)
    citizen.wait_for("state.connection === 'online' && state.unsent.length === 0")
    expect(citizen.bubble("서버가 꺼진 동안 쓴 답")).to_have_count(1)
    expect(agent.bubble("서버가 꺼진 동안 쓴 말")).to_have_count(1)
    expect(agent.bubble("서버가 꺼진 동안 쓴 답")).to_have_count(1)
    expect(agent.page.locator("desk-note .text").filter(has_text="断线时写的备注")).to_have_count(1)
    assert texts(citizen, "agent").count("안녕하십니까, 김민지입니다") == 1
    assert texts(citizen, "citizen").count("서버가 꺼진 동안 쓴 말") == 1
    assert texts(citizen, "agent").count("서버가 꺼진 동안 쓴 답") == 1
    citizen.wait_for("state.owner === 'agent'")
    agent.page.reload()
    agent.wait_for("state.mine.some(one => one.id === argument)", conversation_id)
    expect(agent.bubble("서버가 꺼진 동안 쓴 말")).to_have_count(1)
    agent.act("close").get_by_label("已解答咨询").check()
    agent.send()
    expect(citizen.page.locator("rating-card")).to_be_visible()


def test_who_does_not_want_to_wait_leaves_the_queue(pair: tuple[Citizen, Agent, str]) -> None:
    citizen, agent, conversation_id = pair
    citizen.page.get_by_role("button", name="대기 취소").click()
    citizen.wait_for("state.owner === 'bot'")
    agent.wait_for("!state.queue.some(one => one.conversation_id === argument)", conversation_id)
    expect(citizen.page.locator("form-progress")).not_to_contain_text("대기")


def test_a_storm_notice_comes_before_the_greeting(
    gateway: Gateway, new_citizen: NewCitizen, new_agent: NewAgent
) -> None:
    leader = new_agent("leader", url=f"{gateway.url}/desk", password=PASSWORD)
    leader.go("admin/notices")
    leader.page.get_by_role("button", name="新公告").click()
    notices: dict[str, str] = {
        "zh": "台风红色预警，请勿外出。",
        "en": "Typhoon red alert. Please stay indoors.",
        "ja": "台風の赤色警報が出ています。",
        "ko": "태풍 적색경보가 발령되었습니다.",
        "ru": "Объявлен красный уровень тайфуна.",
    }
    for language, text in notices.items():
        leader.dialog.locator(f"#text_{language}").fill(text)
    leader.dialog.locator("#starts").fill("2020-01-01T00:00")
    leader.dialog.locator("#ends").fill("2099-01-01T00:00")
    leader.send()
    time.sleep(2.1)  # a gateway looks at the settings again after two seconds
    citizen = new_citizen("ru", url=f"{gateway.url}/")
    expect(citizen.page.locator("message-bubble").first.locator(".announcement")).to_contain_text(notices["ru"])
    assert violations(citizen.page) == []
    leader.page.get_by_role("button", name="删除").click()
    expect(leader.page.locator("notices-admin")).to_contain_text("没有公告")
