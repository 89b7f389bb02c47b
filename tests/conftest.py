"""What all tests may ask for: a whole running system, started once a session for those that need it.

Nothing is trained by a test: without the bot's environment or the trained model, the tests that need it are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from hotline import settings
from hotline.environments import BOT_PYTHON, model_is_trained
from tests.system import UNLIMITED, System

# How fast examples are made and run says something about the machine's other work, nothing about the program.
hypothesis_settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any_machine")


def system_is_possible() -> str | None:
    """Gives why the whole system cannot run here, None when it can."""
    if not BOT_PYTHON.exists():
        return "the bot's environment bot/.venv is not there (make setup)"
    if not model_is_trained(settings.load()):
        return "the bot's model is not trained for the present files (make model)"
    return None


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system on a temporary data folder and a free port; `system.open("zh").say("您好")` gives replies."""
    reason = system_is_possible()
    if reason:
        pytest.skip(reason)
    running = System(tmp_path_factory.mktemp("system"), environ=UNLIMITED)
    try:
        yield running.wait_until_up()
    finally:
        running.stop()
