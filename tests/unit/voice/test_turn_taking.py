"""Who has the floor, in made-up time: barge-in, backchannels, false interruptions, silence."""

from __future__ import annotations

import pytest

from tests.calls import CALLER_WORDS, TURN_WORDS
from voice.acts import Act, Deliver, Drop, Finish, GoOn, Keep, NothingSaid, Open, Peek, StopSound, Taken, Unpeek
from voice.endpointing import Expectation
from voice.turn import Turns
from voice.weight import Weight, answers_fully, weigh


class Floor:
    """Turns with a clock."""

    def __init__(self, *, partials: bool = True, **expectation: object) -> None:
        self.turns = Turns(TURN_WORDS, CALLER_WORDS, partials=partials)
        self.turns.expect(Expectation(**{"language": "zh", **expectation}))  # type: ignore[arg-type]
        self.now = 0.0
        self.acts: list[tuple[float, Act]] = []

    def hear(self, seconds: float, speech: bool) -> None:
        for _ in range(round(seconds / 0.02)):
            self.take(self.turns.hear(self.now, speech))
            self.now = round(self.now + 0.02, 2)

    def take(self, acts: list[Act]) -> None:
        self.acts += [(self.now, act) for act in acts]

    def prompt(self, *, interruptible: bool = True) -> None:
        self.turns.speaking(self.now, interruptible=interruptible)

    def words(self, text: str) -> None:
        self.take(self.turns.understood(text, self.now))

    def result(self, text: str) -> None:
        self.take(self.turns.result(text, self.now))

    def says(self, seconds: float, text: str, pause: float = 1.3) -> None:
        """An utterance with its result some time after."""
        before = len(self.times(Finish))
        self.hear(seconds, True)
        while len(self.times(Finish)) == before and pause > 0:
            self.hear(0.02, False)
            pause -= 0.02
        self.result(text)

    def times(self, kind: type[Act]) -> list[float]:
        return [at for at, act in self.acts if isinstance(act, kind)]

    def kinds(self) -> list[str]:
        return [type(act).__name__ for _, act in self.acts if not isinstance(act, (Peek, Unpeek))]


class TestWeights:
    @pytest.mark.parametrize(
        ("text", "language"),
        [("嗯", "zh"), ("嗯嗯嗯嗯嗯", "zh"), ("嗯，对，好的", "zh"), ("哦", "zh"), ("uh-huh", "en"),
         ("Yeah, right.", "en"), ("mm-hmm mm-hmm", "en"), ("네", "ko"), ("네 네", "ko"), ("はい", "ja"), ("ええ", "ja"),
         ("угу", "ru"), ("да, да", "ru")],
    )  # fmt: skip
    def test_a_backchannel_is_no_turn_however_often_it_comes(self, text: str, language: str) -> None:
        assert weigh(text, Expectation(language=language), CALLER_WORDS) is Weight.BACKCHANNEL

    @pytest.mark.parametrize(
        ("text", "language"),
        [("我要投诉楼下半夜施工太吵", "zh"), ("不对", "zh"), ("停", "zh"), ("人工", "zh"), ("等一下", "zh"),
         ("138", "zh"), ("English please", "zh"), ("嗯我想问一下", "zh"), ("no", "en"), ("stop", "en"),
         ("I have a question", "en"), ("아니요", "ko"), ("잠깐만요", "ko"), ("違います", "ja"), ("нет", "ru"),
         ("подождите", "ru")],
    )  # fmt: skip
    def test_a_sentence_and_a_saying_are_turns(self, text: str, language: str) -> None:
        assert weigh(text, Expectation(language=language), CALLER_WORDS) is Weight.TURN

    def test_twelve_characters_of_chinese_are_not_one_word(self) -> None:
        assert weigh("楼下施工太吵了没法睡觉", Expectation(language="zh"), CALLER_WORDS) is Weight.TURN

    def test_yes_is_a_turn_where_it_was_asked_for(self) -> None:
        for slot in ("yes_no", "category"):  # "is it about this?" is answered by yes as well
            asked = Expectation(slot, "zh")
            assert weigh("是的", asked, CALLER_WORDS) is Weight.TURN
            assert weigh("嗯", asked, CALLER_WORDS) is Weight.BACKCHANNEL
        assert weigh("是的", Expectation(language="zh"), CALLER_WORDS) is Weight.BACKCHANNEL

    @pytest.mark.parametrize(
        ("slot", "language", "text", "whole"),
        [("yes_no", "zh", "是的", True), ("yes_no", "zh", "不对", False), ("yes_no", "zh", "嗯", False),
         ("category", "ja", "はい、そうです。", True), ("yes_no", "en", "Yes, that's right.", True),
         ("location", "en", "Operator, please.", True), (None, "ko", "상담원", True), ("location", "ru", "Да.", False),
         ("contact_phone", "zh", "一三八，一二三四，五六七八。", True), ("contact_phone", "zh", "13812345", False),
         ("contact_phone", "zh", "0755 1234567", False), ("contact_phone", "zh", "0755 12345678", True),
         ("ticket_number", "zh", "2026112600012", False), ("ticket_number", "zh", "20261126000123", True),
         ("contact_phone", "ru", "один три восемь, один два три четыре, пять шесть семь восемь", True),
         ("contact_phone", "ko", "네, 맞아요.", True), ("description", "zh", "路灯坏了三天了。", False)],
    )  # fmt: skip
    def test_what_leaves_nothing_to_be_said(self, slot: str | None, language: str, text: str, whole: bool) -> None:
        number = slot == "contact_phone"
        grammar = tuple(CALLER_WORDS.grammar("yes_no", language)) if number else ()
        asked = Expectation(slot, language, grammar)
        assert answers_fully(text, asked, CALLER_WORDS) is whole

    def test_nothing_is_nothing(self) -> None:
        assert weigh("", Expectation(), CALLER_WORDS) is weigh("。，", Expectation(), CALLER_WORDS) is Weight.NOTHING


class TestIntoAPrompt:
    def test_the_sound_stops_within_two_hundred_milliseconds_of_speech(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.hear(1.0, False)
        floor.hear(1.0, True)
        assert floor.times(StopSound)[0] - 1.0 <= 0.08

    def test_words_that_are_meant_take_the_floor_and_are_kept(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.hear(1.0, False)
        floor.says(1.5, "我要投诉")
        assert floor.kinds() == ["Open", "StopSound", "Finish", "Taken", "Deliver"]

    def test_a_single_hum_does_not_take_it_and_the_sound_goes_on_soon(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.hear(1.0, False)
        floor.says(0.3, "嗯")
        assert floor.kinds() == ["Open", "StopSound", "Finish", "Drop", "GoOn"]
        assert floor.times(GoOn)[0] - 1.0 < 1.0

    def test_five_hums_one_after_the_other_do_not_add_up(self) -> None:
        floor = Floor()
        floor.prompt()
        for _ in range(5):
            floor.hear(0.8, False)
            floor.says(0.3, "嗯")
        assert floor.times(Taken) == [] and floor.times(Deliver) == []
        assert len(floor.times(GoOn)) == len(floor.times(StopSound)) == 2  # after two the sound stops for words only

    def test_on_a_noisy_line_words_still_stop_it(self) -> None:
        floor = Floor()
        floor.prompt()
        for _ in range(3):
            floor.hear(0.8, False)
            floor.says(0.3, "")
        floor.hear(1.0, False)
        floor.hear(0.4, True)
        stops = len(floor.times(StopSound))
        floor.words("我要投诉")
        assert len(floor.times(StopSound)) == stops + 1

    @pytest.mark.parametrize("seconds", [0.3, 0.8, 1.5, 3.0])
    def test_after_a_false_interruption_the_sound_goes_on_within_two_seconds(self, seconds: float) -> None:
        """A cough, or a voice in the room: no words come of it, not even late."""
        floor = Floor(partials=False)
        floor.prompt()
        floor.hear(1.0, False)
        floor.hear(seconds, True)
        floor.hear(4.0, False)
        [goes_on] = floor.times(GoOn)
        assert goes_on - (1.0 + seconds) <= 2.0

    def test_words_that_come_late_stop_the_sound_again_and_take_the_floor(self) -> None:
        floor = Floor(partials=False)
        floor.prompt()
        floor.hear(1.0, False)
        floor.hear(2.0, True)
        floor.hear(3.0, False)
        floor.result("路灯坏了三天了")
        assert floor.kinds() == ["Open", "StopSound", "Finish", "GoOn", "StopSound", "Taken", "Deliver"]

    def test_once_words_are_known_to_be_meant_nothing_makes_the_sound_go_on(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.hear(0.5, True)
        floor.words("我要投诉")
        floor.hear(0.6, True)
        floor.hear(6.0, False)
        assert floor.times(GoOn) == []

    def test_a_voice_without_words_that_does_not_end_does_not_silence_us(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.hear(8.0, True)
        assert len(floor.times(GoOn)) == 1 and floor.times(GoOn)[0] < 5.0

    def test_a_click_lets_the_sound_go_on_at_once(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.hear(0.08, True)
        floor.hear(1.0, False)
        assert floor.kinds() == ["Open", "StopSound", "Drop", "GoOn"] and floor.times(GoOn)[0] < 0.5

    def test_a_notice_is_heard_to_its_end(self) -> None:
        floor = Floor()
        floor.prompt(interruptible=False)
        floor.hear(0.5, False)
        floor.says(1.5, "我要投诉")
        floor.take(floor.turns.pressed(floor.now))
        assert floor.kinds() == ["Open", "Finish", "Drop"]

    def test_what_begins_in_a_notice_and_goes_on_after_it_is_a_turn(self) -> None:
        floor = Floor()
        floor.prompt(interruptible=False)
        floor.hear(1.0, False)
        floor.hear(1.0, True)
        floor.turns.spoken(floor.now)
        floor.turns.listening(floor.now)
        floor.says(1.0, "我要投诉")
        assert floor.kinds() == ["Open", "Finish", "Deliver"]

    def test_a_key_takes_the_floor(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.take(floor.turns.pressed(0.5))
        assert floor.kinds() == ["StopSound", "Taken"]

    def test_a_recogniser_that_breaks_down_lets_the_sound_go_on(self) -> None:
        floor = Floor()
        floor.prompt()
        floor.hear(1.0, True)
        floor.hear(0.7, False)
        floor.take(floor.turns.failed(floor.now))
        assert floor.kinds()[-2:] == ["Drop", "GoOn"]


class TestListening:
    def test_an_answer_is_delivered(self) -> None:
        floor = Floor()
        floor.turns.listening(0.0)
        floor.hear(1.0, False)
        floor.says(1.0, "是的")
        assert floor.kinds() == ["Open", "Finish", "Deliver"]

    def test_silence_is_told_once_and_only_when_it_is_their_turn(self) -> None:
        floor = Floor(silence_seconds=3.0)
        floor.hear(10.0, False)
        assert floor.times(NothingSaid) == []
        floor.turns.listening(floor.now)
        floor.hear(20.0, False)
        assert floor.times(NothingSaid) == [pytest.approx(13.0, abs=0.03)]

    def test_somebody_who_speaks_is_not_silent(self) -> None:
        floor = Floor(silence_seconds=3.0)
        floor.turns.listening(0.0)
        floor.hear(2.5, False)
        floor.hear(10.0, True)
        floor.hear(3.0, False)
        assert floor.times(NothingSaid) == []
        floor.result("")
        assert floor.times(Deliver)

    def test_waiting_thirty_seconds_is_possible(self) -> None:
        floor = Floor(silence_seconds=30.0)
        floor.turns.listening(0.0)
        floor.hear(29.5, False)
        assert floor.times(NothingSaid) == []
        floor.hear(1.0, False)
        assert len(floor.times(NothingSaid)) == 1

    def test_on_hold_the_time_does_not_count(self) -> None:
        floor = Floor(silence_seconds=2.0)
        floor.turns.listening(0.0)
        for _ in range(100):
            floor.turns.still_listening(floor.now)
            floor.hear(0.1, False)
        assert floor.times(NothingSaid) == []

    def test_a_noise_without_words_is_no_answer_and_no_end_of_waiting(self) -> None:
        floor = Floor(silence_seconds=3.0)
        floor.turns.listening(0.0)
        floor.says(0.3, "")
        assert floor.times(Drop) and not floor.times(Deliver)
        floor.hear(5.0, False)
        assert len(floor.times(NothingSaid)) == 1

    def test_somebody_who_goes_on_after_a_breath_is_heard_as_one(self) -> None:
        floor = Floor()
        floor.turns.listening(0.0)
        floor.hear(1.0, True)
        floor.hear(0.8, False)
        floor.hear(0.3, True)
        floor.result("楼下施工")
        assert floor.times(Keep) and not floor.times(Deliver)
        floor.hear(0.9, True)
        floor.hear(1.0, False)
        floor.result("太吵了")
        assert len(floor.times(Deliver)) == 1

    @pytest.mark.parametrize("noise_seconds", [0.08, 0.5])
    def test_what_was_kept_for_more_is_delivered_when_only_noise_comes(self, noise_seconds: float) -> None:
        floor = Floor(silence_seconds=60.0)
        floor.turns.listening(0.0)
        floor.hear(1.0, True)
        floor.hear(0.8, False)
        floor.hear(noise_seconds, True)
        floor.result("楼下施工太吵了")
        assert floor.times(Keep) and not floor.times(Deliver)
        floor.hear(1.0, False)
        if noise_seconds > 0.1:
            floor.result("")
        assert len(floor.times(Deliver)) == 1
        floor.hear(3.0, False)
        assert len(floor.times(Deliver)) == 1 and not floor.times(NothingSaid)

    def test_a_hum_while_nobody_listens_is_not_kept(self) -> None:
        floor = Floor()
        floor.says(0.4, "嗯")
        assert floor.kinds() == ["Open", "Finish", "Drop"]
        floor.says(1.4, "还有一件事")
        assert floor.kinds()[3:] == ["Open", "Finish", "Deliver"]


def test_an_utterance_is_opened_a_little_before_it_was_noticed() -> None:
    floor = Floor()
    floor.hear(1.0, False)
    floor.hear(1.0, True)
    [opened] = [act for _, act in floor.acts if isinstance(act, Open)]
    assert opened.at_seconds == pytest.approx(1.0)
