"""The desk's lists, board and administration, against the fake desk."""

from __future__ import annotations

import re
from collections.abc import Callable

from desk_driver import Agent
from fake_process import FakeDesk
from kept_away import KeptAway
from playwright.sync_api import expect

NewAgent = Callable[..., Agent]


def test_the_board_shows_numbers_and_the_same_ones_in_drawing_and_table(new_agent: NewAgent) -> None:
    agent = new_agent("liu")
    agent.go("board")
    board = agent.page.locator("board-view")
    expect(board.locator(".numbers")).to_be_visible()
    numbers = dict(
        zip(board.locator(".numbers dt").all_inner_texts(), board.locator(".numbers b").all_inner_texts(), strict=True)
    )
    assert numbers["正在等待"] == "3"
    assert numbers["15秒内接起率"] == "78%"
    assert re.fullmatch(r"\d+:\d\d", numbers["最长等待"])
    chart = board.locator("bar-chart").first
    answered = [int(text) for text in chart.locator("tbody td:nth-child(2)").all_inner_texts()]
    heights = [float(bar.get_attribute("height") or 0) for bar in chart.locator("svg .bar0").all()][: len(answered)]
    assert [round(height / heights[0], 2) for height in heights] == [round(one / answered[0], 2) for one in answered]
    expect(chart.locator("svg").first).to_have_attribute("aria-hidden", "true")


def test_a_callback_is_done_with_its_result(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.go("callbacks")
    view = agent.page.locator("callbacks-view")
    expect(view.locator("tbody tr")).to_have_count(2)
    expect(view.locator("tbody tr").nth(1)).to_contain_text("超时")
    view.get_by_role("button", name="已回电").first.click()
    agent.dialog.locator("button[type=submit]").click()
    expect(agent.dialog).to_contain_text("请选择结果")
    agent.dialog.get_by_label("已与市民通话").check()
    agent.send()
    expect(view.locator("tbody tr")).to_have_count(1)


def test_what_was_not_delivered_is_dropped_after_a_question(new_agent: NewAgent) -> None:
    agent = new_agent("liu")
    agent.go("undelivered")
    view = agent.page.locator("undelivered-view")
    expect(view).to_contain_text("503 Service Unavailable")
    expect(view).to_contain_text("给市民的邮件 → l***@e***.com")
    expect(view).to_contain_text("对方拒收")
    view.get_by_role("button", name="再送一次").first.click()
    expect(agent.page.locator(".toast")).to_contain_text("已安排重新发送")
    expect(view.locator("tbody tr")).to_have_count(1)
    view.get_by_role("button", name="删除").click()
    expect(agent.dialog).to_contain_text("删除这条内容")
    agent.send()
    expect(view).to_contain_text("没有未送达的内容")


def test_the_assistant_is_switched_off_and_rules_are_saved(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent("liu")
    agent.go("admin/modes")
    page = agent.page
    page.get_by_role("button", name="关闭智能助手").click()
    expect(page.locator("modes-admin .state")).to_contain_text("已关闭")
    page.get_by_role("button", name="添加规则").click()
    page.locator("#channel0").select_option("phone")
    page.get_by_label("周日").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast")).to_contain_text("已保存")
    page.reload()
    expect(page.locator("#channel0")).to_have_value("phone")
    expect(page.get_by_label("周日")).to_be_checked()


def test_a_storm_notice_needs_all_five_languages(new_agent: NewAgent) -> None:
    agent = new_agent("liu")
    agent.go("admin/notices")
    page = agent.page
    page.get_by_role("button", name="新公告").click()
    dialog = agent.dialog
    texts = {
        "zh": "台风红色预警，请勿外出。",
        "en": "Typhoon red alert.",
        "ja": "台風の赤色警報です。",
        "ko": "태풍 적색경보입니다.",
    }
    for language, text in texts.items():
        dialog.locator(f"#text_{language}").fill(text)
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("请填写Русский")
    dialog.locator("#text_ru").fill("Красный уровень опасности.")
    dialog.locator("#starts").fill("2026-11-26T08:00")
    dialog.locator("#ends").fill("2099-11-27T08:00")
    agent.send()
    expect(page.locator("notices-admin .card")).to_contain_text("台风红色预警")
    page.get_by_role("button", name="修改").click()
    expect(dialog.locator("#starts")).to_have_value("2026-11-26T08:00")


def test_a_canned_reply_is_added_changed_and_removed(new_agent: NewAgent) -> None:
    agent = new_agent("liu")
    agent.go("admin/canned")
    page = agent.page
    page.get_by_role("button", name="新常用语").click()
    agent.dialog.locator("#shortcut").fill("wait")
    agent.dialog.locator("#group").fill("问候")
    for language in ("zh", "en", "ja", "ko", "ru"):
        agent.dialog.locator(f"#text_{language}").fill(f"wait {language}")
    agent.send()
    row = page.locator("canned-admin tr").filter(has_text="/wait")
    expect(row).to_contain_text("wait zh")
    row.get_by_role("button", name="删除").click()
    expect(row).to_have_count(0)


def test_an_account_is_made_with_languages_and_a_password(new_agent: NewAgent) -> None:
    agent = new_agent("admin")
    agent.go("admin/agents")
    page = agent.page
    page.get_by_role("button", name="新账号").click()
    dialog = agent.dialog
    dialog.locator("#name").fill("赵岚")
    dialog.locator("#username").fill("zhao")
    dialog.locator("#password").fill("short")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("至少")
    dialog.locator("#password").fill("a much longer one")
    dialog.get_by_label("俄语").check()
    agent.send()
    row = page.locator("agents-admin tr").filter(has_text="赵岚")
    expect(row).to_contain_text("俄语")
    row.get_by_role("button", name="修改").click()
    dialog.get_by_label("账号可用").uncheck()
    agent.send()
    expect(row).to_contain_text("已停用")


def test_somebody_can_have_two_shifts_a_day(new_agent: NewAgent) -> None:
    agent = new_agent("admin")
    agent.go("admin/shifts")
    card = agent.page.locator("shifts-admin .card").filter(has_text="陈晓")
    expect(card.locator(".shift")).to_have_count(2)
    card.get_by_role("button", name="添加班次").click()
    card.get_by_label("陈晓 开始").last.fill("18:00")
    card.get_by_label("陈晓 结束").last.fill("21:00")
    agent.page.get_by_role("button", name="保存").click()
    expect(agent.page.locator(".toast")).to_contain_text("已保存")
    expect(card.locator(".shift")).to_have_count(3)


def test_an_agent_does_not_reach_the_administration_by_its_address(new_agent: NewAgent) -> None:
    agent = new_agent("liu")
    agent.go("admin/agents")
    expect(agent.page.locator("agents-admin")).to_have_count(0)
    expect(agent.page.locator("modes-admin")).to_be_visible()


def test_a_part_that_a_weak_connection_kept_away_comes_later(new_agent: NewAgent) -> None:
    agent, view = new_agent("liu"), KeptAway(2)
    agent.page.route("**/board-view.js*", view)
    agent.page.evaluate("location.hash = '#/board'")
    expect(agent.page.locator("board-view .numbers")).to_be_visible()
    assert view.came
