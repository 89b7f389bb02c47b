"""Who has the floor: when the sound stops because the caller speaks, when it goes on, and whose turn it is then.

Pure: told the time, what is heard and what is played, it says what to do. It plays, hears and recognises nothing.

What a caller says into a prompt stops the sound at once. Whether it was meant is known a little later, from the words
of that one utterance, counted in characters: "嗯" and "uh-huh" are no turn, however often they come; then, and when
there were no words at all, the sound goes on. What is not interruptible is heard to its end.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum

from voice.acts import Act, Deliver, Drop, Finish, GoOn, Keep, NothingSaid, Open, Peek, StopSound, Taken, Unpeek
from voice.endpointing import Began, Ended, Endpointer, Expectation, Paused, TurnWords, WasNothing, WentOn
from voice.heard.inventions import folded
from voice.weight import Sayings, Weight, answers_fully, weigh

GOES_ON_AFTER_SECONDS = 1.2
"""After so much silence without words the sound goes on; after a longer utterance it waits a little more."""
GOES_ON_AT_LAST_SECONDS = 1.8
_LONG_SECONDS = 1.2
_WORDLESS_MOST_SECONDS = 4.0
_FALSE_MOST = 2
_FORGOTTEN_SECONDS = 0.4


class Prompt(StrEnum):
    """What the assistant's voice is doing."""

    SILENT = "silent"
    PLAYING = "playing"
    STOPPED = "stopped"


class Turns:
    """The floor of one call. All times are seconds since its start."""

    def __init__(self, words: TurnWords, sayings: Sayings, *, partials: bool = True) -> None:
        self._sayings = sayings
        self._endpointer = Endpointer(words, whole=lambda text, expectation: answers_fully(text, expectation, sayings))
        self._partials = partials
        self._prompt = Prompt.SILENT
        self._interruptible = True
        self._meant = False
        self._false = 0
        self._unclear: deque[Ended] = deque()  # utterances whose words are not known yet
        self._wordless = False
        self._keeping = False
        self._listening_since: float | None = None

    @property
    def expectation(self) -> Expectation:
        return self._endpointer.expectation

    @property
    def prompt(self) -> Prompt:
        return self._prompt

    @property
    def talking(self) -> bool:
        """The caller is in the middle of an utterance."""
        return self._endpointer.talking

    @property
    def speech_seconds(self) -> float:
        """How much of the utterance was speech so far."""
        return self._endpointer.speech_seconds

    @property
    def waits_for_caller(self) -> bool:
        """It is the caller's turn, and nothing has been said yet."""
        return self._listening_since is not None and not self.talking

    # What the conversation does.

    def expect(self, expectation: Expectation) -> None:
        """What an answer is likely to be, from now on."""
        self._endpointer.expectation = expectation

    def speaking(self, at_seconds: float, *, interruptible: bool) -> None:
        """A prompt begins to play."""
        self._prompt = Prompt.PLAYING
        self._interruptible = interruptible
        self._false = 0
        self._meant = False
        self._listening_since = None

    def spoken(self, at_seconds: float) -> None:
        """The prompt has been heard to its end, or was given up."""
        self._prompt = Prompt.SILENT
        self._endpointer.brief = False

    def listening(self, at_seconds: float) -> None:
        """It is the caller's turn from now on: his or her silence counts."""
        self._listening_since = at_seconds

    def still_listening(self, at_seconds: float) -> None:
        """The caller cannot answer at the moment (hold): the time does not count."""
        if self._listening_since is not None:
            self._listening_since = at_seconds

    def not_listening(self) -> None:
        """Nobody waits for the caller."""
        self._listening_since = None

    def forget(self) -> None:
        """Nobody listens to the caller's voice any more: an utterance that has begun is none."""
        self._endpointer.forget()

    # What the caller does.

    def hear(self, at_seconds: float, speech: bool) -> list[Act]:
        """Takes the next 20 ms."""
        acts: list[Act] = []
        for mark in self._endpointer.hear(at_seconds, speech):
            if isinstance(mark, Began):
                acts += self._began(mark)
            elif isinstance(mark, Paused):
                acts.append(Peek(mark.at_seconds, mark.since_seconds))
            elif isinstance(mark, WentOn):
                acts.append(Unpeek(mark.at_seconds))
            elif isinstance(mark, WasNothing):
                acts.append(Drop(mark.at_seconds))
                acts += self._go_on(mark.at_seconds)
                acts += self._deliver_kept(mark.at_seconds)
            else:
                self._unclear.append(mark)
                acts.append(Finish(mark))
        return acts + self._by_time(at_seconds)

    def understood(self, text: str, at_seconds: float, until_seconds: float | None = None) -> list[Act]:
        """Takes what has been understood of the utterance so far.

        Args:
            until_seconds: where the sound ended that was worked out in a pause; None: a partial result.
        """
        self._endpointer.understood(text, at_seconds, until_seconds)
        if self._prompt is Prompt.SILENT or not self._interruptible or self._meant or not folded(text):
            return []
        self._wordless = False
        if weigh(text, self.expectation, self._sayings) is not Weight.TURN:
            return []
        self._meant = True
        self._endpointer.brief = False
        acts: list[Act] = [StopSound(at_seconds)] if self._prompt is Prompt.PLAYING else []
        self._prompt = Prompt.STOPPED
        return acts

    def result(self, text: str, at_seconds: float) -> list[Act]:
        """Takes what the finished utterance was, in the order in which they were finished."""
        ended = self._unclear.popleft() if self._unclear else None
        if self._prompt is Prompt.SILENT:
            return self._result_in_silence(text, ended, at_seconds)
        if not self._interruptible:
            return [Drop(at_seconds)]
        if self._meant or weigh(text, self.expectation, self._sayings) is Weight.TURN:
            acts: list[Act] = [StopSound(at_seconds)] if self._prompt is Prompt.PLAYING else []
            self._prompt = Prompt.SILENT
            self._meant = False
            return [*acts, Taken(at_seconds), Deliver(at_seconds)]
        return [Drop(at_seconds), *self._go_on(at_seconds)]

    def failed(self, at_seconds: float) -> list[Act]:
        """The finished utterance could not be worked out: whoever waits for it hears of it; a prompt goes on."""
        if self._unclear:
            self._unclear.popleft()
        if self._prompt is not Prompt.SILENT:
            return [Drop(at_seconds), *self._go_on(at_seconds)]
        self._listening_since = None
        return [Deliver(at_seconds)]

    def _result_in_silence(self, text: str, ended: Ended | None, at_seconds: float) -> list[Act]:
        nothing = not folded(text)
        if nothing and (self._keeping or ended is None or ended.speech_seconds < _FORGOTTEN_SECONDS):
            return [Drop(at_seconds), *self._deliver_kept(at_seconds)]
        waited_for = self._listening_since is not None or self._keeping
        if not waited_for and weigh(text, self.expectation, self._sayings) is not Weight.TURN:
            return [Drop(at_seconds)]  # "嗯" while the assistant thinks
        if self.talking or self._unclear:
            self._keeping = True
            return [Keep(at_seconds)]
        self._keeping = False
        self._listening_since = None
        return [Deliver(at_seconds)]

    def _deliver_kept(self, at_seconds: float) -> list[Act]:
        """What was kept for more to come is the turn, when no more came."""
        if not self._keeping or self.talking or self._unclear or self._prompt is not Prompt.SILENT:
            return []
        self._keeping = False
        self._listening_since = None
        return [Deliver(at_seconds)]

    def pressed(self, at_seconds: float) -> list[Act]:
        """A key was pressed: it takes the floor, unless the prompt must be heard."""
        self._listening_since = None
        if self._prompt is Prompt.SILENT or not self._interruptible:
            return []
        acts: list[Act] = [StopSound(at_seconds)] if self._prompt is Prompt.PLAYING else []
        self._prompt = Prompt.SILENT
        return [*acts, Taken(at_seconds)]

    def _began(self, mark: Began) -> list[Act]:
        acts: list[Act] = [Open(mark.at_seconds)]
        self._meant = False
        self._wordless = True
        if self._prompt is not Prompt.PLAYING or not self._interruptible:
            return acts
        self._endpointer.brief = True
        if self._false < _FALSE_MOST:  # on a noisy line the sound soon stops for words only
            self._prompt = Prompt.STOPPED
            acts.append(StopSound(mark.at_seconds))
        return acts

    def _go_on(self, at_seconds: float) -> list[Act]:
        if self._prompt is not Prompt.STOPPED:
            return []
        self._prompt = Prompt.PLAYING
        self._false += 1
        self._meant = False
        return [GoOn(at_seconds)]

    def _by_time(self, at_seconds: float) -> list[Act]:
        if self._prompt is Prompt.STOPPED and not self._meant:
            return self._go_on(at_seconds) if self._was_nothing(at_seconds) else []
        since = self._listening_since
        waits = not self.talking and not self._unclear and not self._keeping and self._prompt is Prompt.SILENT
        if since is not None and waits and at_seconds - since >= self.expectation.silence_seconds:
            self._listening_since = None
            return [NothingSaid(at_seconds)]
        return []

    def _was_nothing(self, at_seconds: float) -> bool:
        """Whether a stopped prompt has waited long enough for words that do not come."""
        if self.talking:
            return self._partials and self._wordless and self._endpointer.speech_seconds > _WORDLESS_MOST_SECONDS
        if not self._unclear:
            return False
        last = self._unclear[-1]
        wait = GOES_ON_AT_LAST_SECONDS if last.speech_seconds >= _LONG_SECONDS else GOES_ON_AFTER_SECONDS
        return at_seconds - last.spoken_until_seconds >= wait
