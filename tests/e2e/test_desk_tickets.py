"""A unit's worker at the desk's tickets, on a real gateway: finds, takes up, is held back by the audit, answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_driver import Agent
from desk_system import PASSWORD
from playwright.sync_api import Browser, expect
from test_desk_handover import Gateway

from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.service.commands import FileTicket
from tickets.service.desk import TicketDesk

NewAgent = Callable[..., Agent]
PHONE = "13812345678"


@pytest.fixture(scope="module")
def city(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gateway, TicketDesk]]:
    folder: Path = tmp_path_factory.mktemp("desk")
    running = Gateway(folder, "http://127.0.0.1:9")
    running.start()
    tickets = open_tickets(TicketsConfig(f"sqlite:///{folder / 'hotline.db'}"))
    yield running, tickets
    tickets.close()
    running.kill()


def file(tickets: TicketDesk, key: str, category: str | None = "street_light") -> str:
    command = FileTicket(
        idempotency_key=key,
        channel="web",
        language="zh",
        nature="complaint",
        description=f"解放路12号的路灯坏了三天，我叫王小明，电话{PHONE}。希望尽快修好路灯。",
        category=category,
        contact=Contact("王小明", PHONE),
        place=Place("解放路12号"),
    )
    return tickets.file(command).number


@pytest.mark.parametrize("width", [390, 1280])
def test_a_worker_takes_a_ticket_up_and_a_reply_that_says_nothing_does_not_go_out(
    city: tuple[Gateway, TicketDesk], new_agent: NewAgent, width: int
) -> None:
    gateway, tickets = city
    number = file(tickets, f"walk-{width}")
    worker = new_agent("zhang", url=f"{gateway.url}/desk", password=PASSWORD, viewport={"width": width, "height": 860})
    page = worker.page
    worker.go("tickets")
    page.locator(f'tickets-view a[href$="{number}"]').click()
    panel = page.locator("ticket-panel")
    expect(panel).to_contain_text("路灯坏了三天")
    expect(panel).to_contain_text("138****5678")
    expect(panel).not_to_contain_text(PHONE)
    expect(panel).not_to_contain_text("王小明")

    panel.locator('[data-step="accept"]').click()
    page.locator("step-dialog textarea[name=reason]").fill("已受理，派人查看")
    page.locator("step-dialog button[type=submit]").click()
    expect(panel.locator("h2")).to_contain_text("已受理")

    panel.locator('[data-step="reply"]').click()
    reply = page.locator("step-dialog textarea[name=reason]")
    reply.fill("您反映的问题已转相关部门处理，请耐心等待。")
    page.locator("step-dialog button[type=submit]").click()
    expect(page.locator("step-dialog")).to_contain_text("答复没有实质内容")
    expect(page.locator("step-dialog")).to_contain_text("答复没有发出")
    assert tickets.get(number).status == "accepted"
    reply.fill("经现场勘查，解放路12号路灯电缆老化，已于11月24日更换电缆，路灯修好并恢复照明。")
    page.locator("step-dialog button[type=submit]").click()
    expect(panel.locator("h2")).to_contain_text("已答复")
    assert tickets.get(number).status == "replied"
    assert worker.too_wide() == []


def test_personal_data_is_shown_for_a_purpose_and_the_course_names_who_saw_it(
    city: tuple[Gateway, TicketDesk], new_agent: NewAgent
) -> None:
    gateway, tickets = city
    number = file(tickets, "reveal")
    worker = new_agent("zhang", url=f"{gateway.url}/desk", password=PASSWORD)
    worker.go(f"tickets/{number}")
    page, panel = worker.page, worker.page.locator("ticket-panel")
    panel.get_by_role("button", name="查看").click()
    page.locator("ticket-reveal-dialog input[name=purpose]").fill("约上门时间")
    page.locator("ticket-reveal-dialog button[type=submit]").click()
    expect(panel).to_contain_text(PHONE)
    expect(panel.locator("ol")).to_contain_text("约上门时间")
    expect(panel.locator("ol")).to_contain_text("张工")


def test_somebody_who_was_slower_is_told_who_was_faster(city: tuple[Gateway, TicketDesk], new_agent: NewAgent) -> None:
    gateway, tickets = city
    number = file(tickets, "race")
    slow, fast = (new_agent(name, url=f"{gateway.url}/desk", password=PASSWORD) for name in ("kim", "wang"))
    for agent in (slow, fast):
        agent.go(f"tickets/{number}")
        agent.page.locator('ticket-panel [data-step="dispatch"]').click()
        agent.page.locator("step-dialog textarea[name=reason]").fill("按职责派单")
    fast.page.locator("step-dialog button[type=submit]").click()
    expect(fast.page.locator("ticket-panel h2")).to_contain_text("已派单")
    slow.page.locator("step-dialog button[type=submit]").click()
    expect(slow.page.locator("step-dialog")).to_contain_text(re.compile("王芳.*没有生效"))


def test_the_answer_about_a_ticket_that_was_left_does_not_take_the_place_of_the_next(
    city: tuple[Gateway, TicketDesk], new_agent: NewAgent
) -> None:
    gateway, _ = city
    worker = new_agent("wang", url=f"{gateway.url}/desk", password=PASSWORD)
    shown = worker.page.evaluate(
        """async () => {
          const {Loaded} = await import('/desk/static/components/loaded.js');
          const answers = [];
          const host = {addController() {}, requestUpdate() {}};
          const ticket = new Loaded(host, () => new Promise((answer) => answers.push(answer)));
          const first = ticket.load();
          const second = ticket.load();
          answers[1]('the next');
          answers[0]('the left one');
          await Promise.all([first, second]);
          return ticket.value;
        }"""
    )
    assert shown == "the next"


def test_a_ticket_without_a_category_shows_what_its_text_speaks_for_and_one_press_prepares_the_choice(
    city: tuple[Gateway, TicketDesk], new_agent: NewAgent
) -> None:
    gateway, tickets = city
    number = file(tickets, "uncategorised", category=None)
    agent = new_agent("wang", url=f"{gateway.url}/desk", password=PASSWORD)
    page, panel = agent.page, agent.page.locator("ticket-panel")
    likely = [{"category": "road_damage", "unit": "urban_management", "score": 0.46}]
    page.route("**/evidence", lambda route: route.fulfill(json={"category": None, "sure": False, "candidates": likely}))
    agent.go("tickets")
    page.locator("tickets-view select").select_option("uncategorised")
    expect(page.locator("tickets-view a .digits")).to_have_count(1)
    page.locator(f'tickets-view a[href$="{number}"]').click()
    panel.get_by_role("button", name="道路破损坑洼").click()
    expect(page.locator("step-dialog select[name=category]")).to_have_value("road_damage")
    page.locator("step-dialog button[type=submit]").click()
    expect(panel.get_by_role("button", name="道路破损坑洼")).to_have_count(0)
    expect(panel.locator("dl").first).to_contain_text("道路破损坑洼")
    assert (tickets.get(number).category, len(tickets.corrections())) == ("road_damage", 1)
