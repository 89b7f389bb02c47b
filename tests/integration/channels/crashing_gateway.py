"""A gateway that kills itself at the step of a turn that CRASH_AT names; "" for none."""

from __future__ import annotations

import os
import signal

from channels import logs
from channels.config import GatewayConfig
from channels.gateway import run, serve
from hotline import settings


def crash_at(step: str) -> None:
    if step == os.environ["CRASH_AT"]:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    config = GatewayConfig.from_settings(settings.load())
    logs.configure(config.log_json, "WARNING")
    run(serve(config, crash_at))
