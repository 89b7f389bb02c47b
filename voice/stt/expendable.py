"""A recogniser's end beside a main one: when it cannot hear along any more, the utterance goes on without it.

It guards hearing along only. A failure to work words out is told to whoever asks, and is theirs to judge.
"""

from __future__ import annotations

import logging

from voice.audio.frames import AudioFrame
from voice.errors_speech import SpeechError
from voice.ports_speech import Heard, RecognitionStream, Wanted, always

log = logging.getLogger(__name__)


class ExpendableStream:
    """Hears along until it fails to once; from then on it takes no sound, does no work and has no words.

    `finish` gives None then, besides what a `RecognitionStream` gives.
    """

    def __init__(self, stream: RecognitionStream) -> None:
        self._stream = stream
        self._lost = False

    def feed(self, frame: AudioFrame) -> None:
        if self._lost:
            return
        try:
            self._stream.feed(frame)
        except SpeechError:
            log.warning("an utterance is heard on without its second recogniser", exc_info=True)
            self._lost = True
            self._stream.close()

    def settle(self) -> None:
        if not self._lost:
            self._stream.settle()

    def peek(self, wanted: Wanted = always) -> Heard | None:
        return None if self._lost else self._stream.peek(wanted)

    def finish(self) -> Heard | None:
        return None if self._lost else self._stream.finish()

    def close(self) -> None:
        self._stream.close()
