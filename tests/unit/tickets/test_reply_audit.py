"""The audit of replies: what it finds in five languages, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.settings import ROOT
from language.encoder import HashEncoder
from tickets.adapters.audit_files import load_audit
from tickets.domain.reply_audit import Finding, FindingKind, Gravity, Matter, audit, demands
from tickets.domain.sentences import sentences
from tickets.errors import CityDataInvalid
from tickets.service.audit import ReplyAuditor

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
BOOK = load_audit(ROOT / "data" / "audit")
MATTER = Matter("路灯坏了", ("王小明", "John Smith"), ("13812345678", "0571-85012399"))
EVASION, PROMISE = {"evasion"}, {"promise_without_date"}
REFUSAL, PERSONAL = {"refusal_without_basis"}, {"personal_data"}
CLEAN: set[str] = set()

REPLIES = [
    ("zh", "您好，您反映的路灯问题已转相关部门处理，请耐心等待。感谢您的来电！", EVASION),
    ("zh", "关于您反映的路灯问题，我们高度重视，正在积极协调中，敬请谅解。", EVASION),
    ("zh", "路灯已修好，给您带来的不便敬请谅解。", CLEAN),
    ("zh", "已转城管局处理，请耐心等待，11月30日前完成更换。", CLEAN),
    ("zh", "经核实，解放路12号路灯线路老化，已于11月24日更换，现恢复照明。", CLEAN),
    ("zh", "我局将尽快安排维修。", PROMISE),
    ("zh", "我局将尽快安排维修，预计11月30日前完成。", CLEAN),
    ("zh", "我局将安排维修。预计3个工作日内完成。", CLEAN),
    ("zh", "昨天收到您的来电，我局会尽快处理噪音问题。", PROMISE),
    ("zh", "您的退款申请不符合退款条件，不予退款。", REFUSAL),
    ("zh", "根据《消费者权益保护法》第二十五条，您购买的定制商品不予退款。", CLEAN),
    ("zh", "请联系张师傅13912345678，路灯已修复。", PERSONAL),
    ("zh", "如有疑问请拨打0571-85012345或12345，路灯已修复。", CLEAN),
    ("zh", "已拨打您登记的0571-85012399告知结果，路灯已修复。", PERSONAL),
    ("zh", "王小明先生您好，路灯已修复。", PERSONAL),
    ("zh", "身份证11010519491231002X已核实。", PERSONAL),
    ("zh", "受理编号110105194912310021已核实。", CLEAN),
    ("zh", "退款已转入6222020200012345670账户。", PERSONAL),
    (
        "en",
        "Thank you for your message. Your complaint has been forwarded to the relevant department. Please be patient.",
        EVASION,
    ),
    ("en", "We will repair the lamp as soon as possible.", PROMISE),
    ("en", "We will repair the lamp by 30 November.", CLEAN),
    ("en", "We will repair the lamp within three working days.", CLEAN),
    ("en", "Your application does not meet the conditions and cannot be accepted.", REFUSAL),
    ("en", "Under Article 25 of the Consumer Protection Law, custom goods cannot be accepted back.", CLEAN),
    ("en", "The lamp was replaced on 24 November. Thank you for your understanding.", CLEAN),
    ("en", "Dear John Smith, the lamp was replaced.", PERSONAL),
    (
        "ja",
        "お問い合わせありがとうございます。現在、担当部署にて調査しております。今しばらくお待ちください。",
        EVASION,
    ),
    ("ja", "街灯は速やかに修理いたします。", PROMISE),
    ("ja", "街灯は11月30日までに修理いたします。", CLEAN),
    ("ja", "街灯は3営業日以内に修理いたします。", CLEAN),
    ("ja", "お申し込みは要件を満たしませんので、お受けできません。", REFUSAL),
    ("ja", "条例第5条により、お受けできません。", CLEAN),
    ("ja", "街灯は11月24日に交換しました。ご不便をおかけしました。", CLEAN),
    ("ko", "안녕하십니까. 귀하의 민원은 담당 부서로 전달하였습니다. 조금만 기다려 주십시오. 감사합니다.", EVASION),
    ("ko", "가로등을 조속히 수리하겠습니다.", PROMISE),
    ("ko", "가로등을 11월 30일까지 수리하겠습니다.", CLEAN),
    ("ko", "가로등을 영업일 기준 3일 이내에 수리하겠습니다.", CLEAN),
    ("ko", "신청하신 내용은 요건에 해당하지 않아 접수할 수 없습니다.", REFUSAL),
    ("ko", "조례 제5조에 따라 접수할 수 없습니다.", CLEAN),
    ("ko", "현장을 확인한 결과 가로등 전구가 고장나 24일 교체하였습니다.", CLEAN),
    ("ru", "Здравствуйте! Ваше обращение направлено в соответствующее ведомство. Просим подождать.", EVASION),
    ("ru", "Фонарь будет отремонтирован в ближайшее время.", PROMISE),
    ("ru", "Фонарь будет отремонтирован до 30 ноября.", CLEAN),
    ("ru", "Фонарь будет отремонтирован в течение трёх рабочих дней.", CLEAN),
    ("ru", "Ваша заявка не соответствует условиям, в возврате отказано.", REFUSAL),
    ("ru", "Согласно ст. 25 Закона о защите прав потребителей в возврате отказано.", CLEAN),
    ("ru", "Фонарь на ул. Мира, д. 5 заменён 24 ноября.", CLEAN),
]


def found(reply: str, language: str, matter: Matter = MATTER) -> tuple[Finding, ...]:
    return audit(
        reply,
        matter,
        language,
        BOOK.phrases[language],
        BOOK.phrases["zh"],
        BOOK.gravity,
        lambda asked, said: [True] * len(asked),
        NOW,
    )


@pytest.mark.parametrize(("language", "reply", "kinds"), REPLIES, ids=[reply[:40] for _, reply, _ in REPLIES])
def test_a_reply_has_exactly_these_findings(language: str, reply: str, kinds: set[str]) -> None:
    assert {str(one.kind) for one in found(reply, language)} == kinds


def test_personal_data_is_pointed_at_and_never_repeated() -> None:
    reply = "请联系张师傅13912345678。"
    (finding,) = found(reply, "zh")
    assert reply[finding.start : finding.end] == "13912345678" and finding.excerpt == "***"
    assert finding.gravity is Gravity.BLOCK


def test_a_date_that_has_passed_is_no_date_for_a_promise() -> None:
    assert {str(one.kind) for one in found("我局将于11月30日前安排维修。", "zh")} == CLEAN
    later = datetime(2027, 1, 5, tzinfo=UTC)
    findings = audit(
        "我局将于2026年11月30日前安排维修。",
        MATTER,
        "zh",
        BOOK.phrases["zh"],
        BOOK.phrases["zh"],
        BOOK.gravity,
        lambda asked, said: [True] * len(asked),
        later,
    )
    assert {str(one.kind) for one in findings} == PROMISE


def test_a_demand_without_answer_is_named_in_the_citizens_words() -> None:
    matter = Matter("路灯坏了三天。希望尽快修好路灯。另外请清理旁边的垃圾。")
    asked: list[str] = []

    def covered(demands: object, said: object) -> list[bool]:
        asked.extend(demands)  # type: ignore[call-overload]
        return ["路灯" in one for one in asked]

    phrases = BOOK.phrases["zh"]
    findings = audit("路灯已于11月24日修复。", matter, "zh", phrases, phrases, BOOK.gravity, covered, NOW)
    assert [one.excerpt for one in findings] == ["另外请清理旁边的垃圾。"]
    assert asked == ["希望尽快修好路灯。", "另外请清理旁边的垃圾。"]


def test_a_text_that_asks_for_nothing_is_one_demand_as_a_whole() -> None:
    assert demands("路灯坏了三天", BOOK.phrases["zh"]) == ("路灯坏了三天",)
    assert demands("  ", BOOK.phrases["zh"]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("路灯坏了。请修！谢谢", ["路灯坏了。", "请修！", "谢谢"]),
        ("1、修路灯 2、清垃圾", ["1、修路灯", "2、清垃圾"]),
        ("Фонарь на ул. Мира, д. 5 не горит. Почините!", ["Фонарь на ул. Мира, д. 5 не горит.", "Почините!"]),
        ("It costs 3.5 yuan. Why?", ["It costs 3.5 yuan.", "Why?"]),
        ("고장났습니다. 고쳐 주세요.", ["고장났습니다.", "고쳐 주세요."]),
        ("。。。！", []),
    ],
)
def test_texts_are_cut_into_sentences(text: str, expected: list[str]) -> None:
    read = sentences(text)
    assert [one.text for one in read] == expected
    assert all(text[one.start : one.end] == one.text for one in read)


def test_the_language_of_the_reply_decides_and_findings_are_said_in_the_readers_language() -> None:
    auditor = ReplyAuditor(BOOK, HashEncoder())
    audited = auditor.audit("We will repair it as soon as possible.", Matter("路灯坏了"), "zh", NOW)
    assert audited.language == "en" and "promise_without_date" in audited.kinds and not audited.blocked
    titles = {shown: auditor.wire(audited, shown)[0]["title"] for shown in ("zh", "en", "ja", "ko", "ru")}
    assert len(set(titles.values())) == 5


def test_every_kind_is_said_in_every_language() -> None:
    for phrases in BOOK.phrases.values():
        assert set(phrases.says) == set(FindingKind)


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("zh.yml", "covered_from: ", "covered_from: many  #", "covered_from"),
        ("en.yml", "refusal:\n", "refusal:\n  - '(broken'\n", "broken"),
        ("rules.yml", "evasion: block", "evasion: perhaps", "evasion"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_key(
    tmp_path: Path, file: str, old: str, new: str, named: str
) -> None:
    for source in (ROOT / "data" / "audit").glob("*.yml"):
        text = source.read_text("utf-8")
        (tmp_path / source.name).write_text(text.replace(old, new, 1) if source.name == file else text, "utf-8")
    with pytest.raises(CityDataInvalid, match=named) as caught:
        load_audit(tmp_path)
    assert file in str(caught.value)
