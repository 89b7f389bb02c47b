"""festival with the voice of festvox-ru as the Russian voice: one resident process, started on first use.

The process is restarted when it dies or hangs. The text never becomes part of a command: it is quoted as Scheme.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import subprocess
import tempfile
import threading
from pathlib import Path

from voice.errors_speech import EngineUnavailable, SynthesisFailed
from voice.ports_speech import Sound
from voice.tts.programs import path_of, read_wav
from voice.tts.saying import sayable
from voice.tts.sound import finish

_VOICE = "msu_ru_nsh_clunits"
_FOLDER = Path("/usr/share/festival/voices/russian") / _VOICE
_REMEDY = "apt-get install festival festvox-ru"
_START_SECONDS, _SPEAK_SECONDS = 20.0, 15.0
_DONE = "spoken"


def in_its_signs(text: str) -> str:
    """A text in letters, figures and punctuation only: one sign that is none of them («, №, —), and nothing is spoken.

    Nothing that is left could end a string in Scheme.
    """
    text = re.sub(r"\s+[—–-]+\s+", ", ", text).replace("…", ".")
    text = re.sub(r"[^А-Яа-яЁёA-Za-z0-9.,!?:;()-]+", " ", text)
    return re.sub(r"\s+(?=[.,!?:;)])", "", text).strip(" ,;:")


class FestivalVoice:
    """Speaks Russian."""

    name = "festival"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[str] = queue.Queue()

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(("ru",)) if path_of("festival") and _FOLDER.is_dir() else frozenset()

    def voice(self, language: str) -> str:
        return _VOICE

    def warm(self, language: str) -> None:
        with self._lock:
            self._running()

    def speak(self, text: str, language: str) -> Sound:
        text = in_its_signs(sayable(text))
        handle, name = tempfile.mkstemp(suffix=".wav")
        os.close(handle)
        file = Path(name)
        command = f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{name}" \'riff)'
        try:
            with self._lock:
                self._running()
                self._ask(command, _SPEAK_SECONDS)
            samples, rate = read_wav(file.read_bytes())
        finally:
            file.unlink(missing_ok=True)
        return finish(samples, rate)

    def close(self) -> None:
        """Ends the process; the next text starts it again."""
        with self._lock:
            self._end()

    def _running(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        try:
            self._process = subprocess.Popen(
                ["festival", "--pipe"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise EngineUnavailable("festival is not installed", _REMEDY) from error
        self._lines = queue.Queue()
        threading.Thread(target=_read, args=(self._process, self._lines), name="festival", daemon=True).start()
        self._ask(f"(voice_{_VOICE})", _START_SECONDS)

    def _ask(self, command: str, seconds: float) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise SynthesisFailed("festival is not running")
        try:
            process.stdin.write(f'{command}\n(begin (format t "{_DONE}\\n") (fflush nil))\n'.encode())
            process.stdin.flush()
            while self._lines.get(timeout=seconds) != _DONE:
                pass
        except (OSError, queue.Empty) as error:
            self._end()
            raise SynthesisFailed("festival died or hangs; it is started anew for the next text") from error

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        with contextlib.suppress(OSError):
            process.communicate(timeout=5)


def _read(process: subprocess.Popen[bytes], lines: queue.Queue[str]) -> None:
    if process.stdout is not None:
        for line in process.stdout:
            lines.put(line.decode("utf-8", "replace").strip())
    lines.put(_DONE + " no more")
