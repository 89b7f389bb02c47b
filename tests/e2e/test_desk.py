"""The desk's page, one habit a test, against the fake desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from desk_driver import Agent
from desk_script import PASSWORD, PHONE, TOTP
from fake_process import FakeDesk
from playwright.sync_api import Route, expect

from tests.pictures import photo

NewAgent = Callable[..., Agent]
KOREAN = "c-lamp"
PHOTO = photo("PNG", mode="L")


def test_a_wrong_password_is_said_and_the_right_one_opens_the_desk(new_agent: NewAgent) -> None:
    agent = new_agent(None)
    page = agent.page
    page.locator("#username").fill("chen")
    page.locator("#password").fill("guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    expect(page.get_by_role("link", name="用单位统一账号登录")).to_have_attribute("href", re.compile("oidc/start$"))
    agent.sign_in("chen", PASSWORD)
    expect(page.locator("queue-list")).to_contain_text("等待接入（3）")
    assert page.title().startswith("(3)")


def test_who_has_a_second_factor_is_asked_for_it(new_agent: NewAgent) -> None:
    agent = new_agent(None)
    page = agent.page
    page.locator("#username").fill("wang")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#totp")).to_be_focused()
    page.locator("#totp").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    page.locator("#totp").fill(TOTP)
    page.keyboard.press("Enter")
    agent.wait_for("state.phase === 'open'")


def test_signing_out_leaves_nothing_of_citizens_in_the_browser(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.box.fill("a half-written answer")
    agent.page.get_by_role("button", name="菜单").click()
    agent.page.get_by_role("button", name="退出登录").click()
    expect(agent.page.locator("#username")).to_be_visible()
    assert agent.page.evaluate("JSON.stringify(localStorage)").count("half-written") == 0
    agent.page.reload()
    expect(agent.page.locator("#username")).to_be_visible()


def test_waiting_is_told_by_shape_and_word_not_by_colour_alone(new_agent: NewAgent) -> None:
    agent = new_agent()
    late = agent.page.locator("queue-list section").nth(1).locator("li").nth(1).locator("waiting-time .late")
    expect(late).to_contain_text("超时")
    assert late.locator("svg").count() == 1
    urgent = agent.page.locator("queue-list li.emergency .chip.danger")
    expect(urgent).to_contain_text("紧急")
    order = agent.page.locator("queue-list section").nth(1).locator("a.who")
    assert [link.get_attribute("href") for link in order.all()] == ["#/work/c-gas", "#/work/c-noise", "#/work/c-lamp"]


def test_what_the_citizen_says_stands_beside_its_translation(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    message = agent.page.locator("desk-message").nth(1)
    expect(message.locator(".text").first).to_have_attribute("lang", "ko")
    expect(message.locator(".other")).to_contain_text("机器翻译")
    expect(message.locator(".other .text")).to_contain_text("〔zh〕")


def test_a_translated_answer_is_seen_before_it_is_sent(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.write("哪天开始不亮的？")
    preview = agent.page.locator("desk-composer #preview")
    expect(preview).to_have_value("〔ko〕哪天开始不亮的？")
    assert desk.commands("messages") == []
    agent.page.keyboard.press("Escape")
    expect(agent.box).to_have_value("哪天开始不亮的？")
    agent.box.press("Enter")
    expect(preview).to_be_focused()
    agent.page.keyboard.press("Enter")
    expect(agent.bubble("〔ko〕哪天开始不亮的？")).to_be_visible()
    [sent] = desk.commands("messages")
    assert sent["body"]["translation"] == {"original": "哪天开始不亮的？", "machine": True}
    expect(agent.page.locator("desk-message").last).to_contain_text("原文")


def test_without_a_translator_the_text_goes_as_it_is(desk: FakeDesk, new_agent: NewAgent) -> None:
    desk.behave(translator=False)
    agent = new_agent()
    agent.take(KOREAN)
    expect(agent.page.locator("desk-composer")).to_contain_text("请用韩语回复")
    expect(agent.page.locator("desk-composer .modes input")).to_have_count(0)
    agent.write("안녕하십니까")
    expect(agent.bubble("안녕하십니까")).to_have_count(2)  # the bot's greeting has the word too


def test_a_canned_reply_is_found_by_its_shortcut_and_sent_in_the_citizens_language(
    desk: FakeDesk, new_agent: NewAgent
) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.box.press_sequentially("、b")  # what a Chinese input method makes of a slash
    expect(agent.page.locator("canned-list li")).to_have_count(1)
    agent.page.keyboard.press("Escape")
    expect(agent.page.locator("canned-list")).to_have_count(0)
    agent.box.fill("/")
    expect(agent.page.locator("canned-list li")).to_have_count(3)
    agent.page.keyboard.press("ArrowDown")
    agent.page.keyboard.press("ArrowUp")
    agent.page.keyboard.press("Enter")
    expect(agent.box).to_have_value("안녕하십니까, 陈晓입니다. 확인하고 있으니 잠시만 기다려 주십시오.")
    agent.box.press("Enter")
    expect(agent.bubble("확인하고 있으니")).to_be_visible()
    assert desk.commands("translate") == [] or all("text" not in one["body"] for one in desk.commands("translate"))


def test_enter_that_ends_a_composed_word_does_not_send(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.translate(False)
    agent.box.fill("路灯")
    agent.box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    agent.box.press("Shift+Enter")
    assert agent.box.input_value() == "路灯\n"
    assert desk.commands("messages") == []


def test_a_note_goes_to_the_desk_and_never_to_the_citizen(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.note("老人独居，请优先")
    assert desk.commands("messages") == []
    expect(agent.page.locator("desk-note .note")).to_contain_text("内部备注")


def test_the_ticket_is_filled_in_and_filed_with_one_press(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    ticket = agent.file_ticket()
    [filed] = desk.commands("ticket")
    assert filed["body"]["fields"]["category"] == "street_light"
    assert filed["body"]["fields"]["location"] == "해방로 15번지 앞"
    assert "contact_phone" not in filed["body"]["fields"], "a masked number was sent"
    expect(agent.page.locator("desk-message .card")).to_contain_text(ticket["number"])


def test_a_field_that_the_core_refuses_is_named_and_what_was_changed_stays(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.page.locator('facts-panel [data-act="ticket"]').click()
    form = agent.page.locator("ticket-form")
    form.locator("#location").fill("?")
    form.locator("#contact_phone").fill("13900001111")
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text("“地点”填写有误")
    expect(form.locator("#location")).to_be_focused()
    desk.say(KOREAN, text="빨리 부탁드려요")
    form.locator("#location").fill("解放路15号")
    form.locator("button[type=submit]").click()
    expect(form.locator("ticket-card")).to_be_visible()
    first, second = desk.commands("ticket")
    assert first["body"]["request_id"] == second["body"]["request_id"]
    assert second["body"]["fields"]["contact_phone"] == "13900001111"


def test_a_conversation_that_somebody_else_took_says_who(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    desk.behave(refuse={"status": 409, "code": "already_taken", "more": {"agent": {"id": "a2", "name": "王敏"}}})
    agent.page.locator("queue-list .accept").first.click()
    expect(agent.page.locator(".toast.bad")).to_contain_text("已由王敏接入")


def test_two_who_have_the_same_conversation_open_are_warned(new_agent: NewAgent) -> None:
    first, second = new_agent("chen"), new_agent("admin")
    first.show("c-visa")
    second.show("c-visa")
    expect(first.page.locator("conversation-view .bar")).to_contain_text("周航也在查看")
    second.page.evaluate("document.querySelector('desk-app').desk.send({type: 'typing', conversation_id: 'c-visa'})")
    expect(first.page.locator("conversation-view .clash")).to_contain_text("周航正在写回复")


def test_transfer_goes_to_a_colleague_with_a_word(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    dialog = agent.act("transfer")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("请选择转给谁")
    dialog.get_by_label(re.compile("王敏")).check()
    dialog.locator("#note").fill("熟悉这一片")
    agent.send()
    agent.wait_for("!state.mine.some(one => one.id === 'c-lamp')")
    assert desk.commands("transfer")[0]["body"] == {"agent_id": "a2", "note": "熟悉这一片"}


def test_transfer_to_another_language_goes_back_to_the_queue(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    dialog = agent.act("transfer")
    dialog.get_by_role("button", name="其他语言的队列").click()
    dialog.get_by_label(re.compile("日语")).first.check()
    agent.send()
    assert desk.commands("transfer")[0]["body"] == {"skill": {"language": "ja"}, "note": ""}


def test_a_colleague_can_be_brought_in(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.act("invite").get_by_label(re.compile("周航")).check()
    agent.send()
    expect(agent.page.locator("conversation-view")).to_contain_text("三方会话：周航也在")
    expect(agent.box).to_be_visible()


def test_back_to_the_assistant_needs_a_summary(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    dialog = agent.act("return")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("请写一句您做了什么")
    dialog.locator("#summary").fill("路灯已催办")
    agent.send()
    expect(agent.page.locator("conversation-view")).to_contain_text("现在由智能助手接待")
    expect(agent.box).to_have_count(0)
    assert desk.commands("return")[0]["body"] == {"summary": "路灯已催办"}


def test_closing_needs_a_reason(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    dialog = agent.act("close")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("请选择原因")
    dialog.get_by_label("其他").check()
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("请写明原因")
    dialog.get_by_label("问题已解决").check()
    agent.send()
    assert desk.commands("close")[0]["body"]["reason"] == "solved"


def test_the_whole_number_is_shown_for_a_purpose_only(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    panel = agent.page.locator("facts-panel")
    expect(panel).to_contain_text("138****5678")
    panel.get_by_role("button", name="查看").click()
    agent.dialog.locator("button[type=submit]").click()
    expect(agent.dialog).to_contain_text("请选择用途")
    agent.dialog.get_by_label("核实情况").check()
    agent.send()
    expect(panel.locator(f'a[href="tel:{PHONE}"]')).to_be_visible()
    assert desk.commands("reveal")[0]["body"]["purpose"] == "核实情况"


def test_what_is_known_stands_beside_the_conversation(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    panel = agent.page.locator("facts-panel")
    for words in ("20261101000317", "路灯故障 → 城市管理局", "20261125000788", "골목 가로등 문의", "投诉"):
        expect(panel).to_contain_text(words)
    panel.locator("details summary").click()
    panel.get_by_role("button", name="插入回复").click()
    expect(agent.box).to_have_value(re.compile("가로등 고장은 12345에서"))


def test_a_citizen_who_types_and_sends_a_photo_is_seen(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    desk.say(KOREAN, typing=True)
    expect(agent.page.locator("desk-thread .typing")).to_contain_text("市民正在输入")
    desk.say(KOREAN, attachment={"id": "p1", "type": "image/png", "size_bytes": 2008, "name": "lamp.png"})
    expect(agent.page.locator("desk-message img")).to_have_attribute("alt", "照片 lamp.png")
    expect(agent.page.locator("desk-thread .typing")).to_have_text("")


def test_a_file_can_be_sent_and_another_kind_is_refused_kindly(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    file = agent.page.locator("desk-composer input[type=file]")
    file.set_input_files({"name": "map.png", "mimeType": "image/png", "buffer": PHOTO})
    expect(agent.page.locator("desk-message .file")).to_contain_text("map.png")
    file.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    expect(agent.page.locator("desk-composer")).to_contain_text("不支持这种文件")


def test_an_alert_sounds_until_somebody_is_on_it(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    page = agent.page
    bar = page.locator("alert-bar section")
    expect(bar).to_contain_text("楼道里有很重的煤气味")
    expect(bar.locator("waiting-time")).to_contain_text(re.compile(r"2[78]:\d\d"))
    page.wait_for_function("document.querySelector('desk-app').desk.sound.urgentPlayed > 0")
    bar.get_by_role("button", name="静音").click()
    played = page.evaluate("document.querySelector('desk-app').desk.sound.urgentPlayed")
    expect(bar).to_contain_text("提示音已关闭")
    bar.get_by_role("button", name="我来处理").click()
    expect(bar).to_have_count(0)
    assert page.evaluate("document.querySelector('desk-app').desk.sound.urgentPlayed") == played


def test_after_a_reload_the_page_says_that_the_browser_keeps_the_sound_off(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.page.reload()
    expect(agent.page.locator("alert-bar")).to_contain_text("浏览器暂未允许播放提示音")
    agent.page.mouse.click(640, 600)
    expect(agent.page.locator("alert-bar")).not_to_contain_text("浏览器暂未允许")


def test_presence_is_a_word_and_reaches_the_desk(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.page.get_by_label("状态").select_option("away")
    agent.wait_for("state.me.presence === 'away'")
    agent.wait_for("state.colleagues.find(one => one.id === 'a1').presence === 'away'")


def test_the_desk_works_with_the_keyboard_alone(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    page = agent.page
    page.keyboard.press("?")
    expect(agent.dialog).to_contain_text("Alt+A")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+u")
    expect(page.locator("alert-bar section")).to_have_count(0)
    page.keyboard.press("Alt+a")  # takes the first whose language chen speaks
    agent.wait_for("state.route.id === 'c-gas' && state.mine.some(one => one.id === 'c-gas')")
    page.keyboard.press("Alt+c")
    expect(agent.box).to_be_focused()
    page.keyboard.type("请先离开楼道？")  # a question mark in a field is a question mark
    page.keyboard.press("Enter")
    expect(agent.bubble("请先离开楼道")).to_be_visible()
    page.keyboard.press("Alt+n")
    page.keyboard.type("已电话通知燃气公司")
    page.keyboard.press("Enter")
    expect(page.locator("desk-note .text")).to_have_text("已电话通知燃气公司")
    page.keyboard.press("Alt+t")
    expect(page.locator("ticket-form #nature")).to_be_focused()
    page.keyboard.press("Alt+j")
    agent.wait_for("state.route.id === 'c-visa'")
    page.keyboard.press("Alt+k")
    agent.wait_for("state.route.id === 'c-gas'")
    page.keyboard.press("Alt+x")
    expect(agent.dialog).to_contain_text("结束原因")
    page.keyboard.press("Space")  # the first reason has the focus
    page.keyboard.press("Enter")
    expect(agent.dialog).to_have_count(0)
    assert desk.commands("close")[0]["body"]["reason"] == "solved"


def test_a_key_pressed_before_its_conversation_has_come_is_not_lost(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    page = agent.page
    held: list[Route] = []
    page.route(re.compile(r"/conversations/c-gas$"), lambda route: held.append(route))
    page.keyboard.press("Alt+a")
    agent.wait_for("state.route.id === 'c-gas'")
    page.keyboard.press("Alt+c")
    expect(page.locator("desk-composer")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(agent.box).to_be_focused()


def test_the_single_key_can_be_switched_off(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.page.keyboard.press("Alt+/")
    agent.dialog.get_by_role("checkbox").uncheck()
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("?")
    expect(agent.dialog).to_have_count(0)


def test_script_in_every_field_is_shown_as_text(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    agent.take(KOREAN)
    agent.translate(False)
    desk.say(KOREAN, text=evil)
    expect(agent.bubble("onerror")).to_have_text(evil)
    agent.note(evil)
    agent.page.locator("desk-composer .seg button").first.click()
    agent.write(evil)
    expect(agent.bubble("onerror")).to_have_count(2)
    agent.page.locator('facts-panel [data-act="ticket"]').click()
    agent.page.locator("ticket-form #description").fill(evil)
    assert agent.page.locator("desk-thread img").count() == 0
    assert "owned" not in agent.page.title()


def test_what_is_written_without_a_connection_is_kept_over_a_reload_and_sent_once(
    desk: FakeDesk, new_agent: NewAgent
) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.translate(False)
    agent.page.route("**/messages", lambda route: route.abort())
    agent.write("첫째")
    agent.write("둘째")
    expect(agent.page.locator("desk-message .unsent")).to_have_count(2)
    agent.page.reload()
    expect(agent.page.locator("desk-message .unsent")).to_have_count(2)
    agent.page.unroute("**/messages")
    expect(agent.page.locator("desk-message .unsent")).to_have_count(0)
    assert [one["body"]["text"] for one in desk.commands("messages")] == ["첫째", "둘째"]


def test_a_text_the_server_refuses_can_be_taken_back(desk: FakeDesk, new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take(KOREAN)
    agent.translate(False)
    desk.behave(refuse={"status": 409, "code": "not_yours"})
    agent.write("너무 늦었습니다")
    message = agent.page.locator("desk-message .unsent")
    expect(message).to_contain_text("不由您接待")
    message.get_by_role("button", name="修改").click()
    expect(agent.box).to_have_value("너무 늦었습니다")
    expect(agent.page.locator("desk-message .unsent")).to_have_count(0)


def test_a_supervisor_listens_unseen_whispers_and_takes_over(desk: FakeDesk, new_agent: NewAgent) -> None:
    chief = new_agent("liu")
    chief.go("board")
    chief.page.locator("board-view tr").filter(has_text="王敏").get_by_role("button", name="旁听").click()
    view = chief.page.locator("conversation-view")
    expect(view).to_contain_text("您正在旁听")
    chief.write("提醒他问清楚楼号")
    expect(chief.page.locator("desk-note .whisper")).to_contain_text("提醒他问清楚楼号")
    assert desk.commands("messages") == []
    chief.act("take_over")
    chief.send()
    chief.wait_for("state.mine.some(one => one.id === 'c-heat')")
    expect(chief.page.locator("desk-composer .seg")).to_be_visible()


@pytest.mark.parametrize(("username", "views"), [("chen", 3), ("liu", 6)])
def test_a_role_sees_its_own_views(new_agent: NewAgent, username: str, views: int) -> None:
    agent = new_agent(username)
    expect(agent.page.locator("desk-header nav li")).to_have_count(views)
