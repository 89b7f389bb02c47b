"""What all calls of this line share, put together from the settings: whom to dial, how long to wait, what to say.

It opens nothing; settings that cannot be used are refused here, at start, with a word about the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hotline.settings import Settings, SettingsError
from voice.errors import InvalidTarget
from voice.gateway_client import GatewayClient
from voice.heard.words import CallerWords
from voice.office import Gateway, GatewayOffice
from voice.ports_dialogue import Caller
from voice.ports_office import CallReport
from voice.ports_speech import Heard
from voice.prompts import Prompts
from voice.protocol.addresses import target_of
from voice.talk import House, Pace

_SHORTEST, _LONGEST = 2, 6


def house_of(
    settings: Settings,
    *,
    prompts: Prompts,
    words: CallerWords,
    tidy: Callable[[Heard], Heard],
    client: GatewayClient,
    gateway: Gateway | None,
    reports: Callable[[CallReport], None] | None,
) -> House:
    """Builds the house.

    Args:
        gateway: None where this process has no internal token: then nothing is known of callers.

    Raises:
        SettingsError: HOTLINE_EMERGENCY_TARGETS cannot be read.
    """

    def office(caller: Caller) -> GatewayOffice:
        assert gateway is not None
        return GatewayOffice(gateway, caller.call_id, caller.number)

    return House(
        prompts=prompts,
        words=words,
        opens=client.open,
        tidy=tidy,
        desk=str(settings.values["CALL_DESK"] or ""),
        blind=settings.boolean("CALL_BLIND"),
        emergencies=emergency_targets(settings),
        notice=settings.boolean("CALL_RECORDING"),
        office=office if gateway is not None else None,
        reports=reports,
        pace=Pace(
            queue=settings.number("CALL_QUEUE_SECONDS"),
            most=60.0 * settings.number("CALL_MOST_MINUTES"),
        ),
    )


def emergency_targets(settings: Settings) -> Mapping[str, str]:
    """Whom to dial for which number in danger; nobody without HOTLINE_EMERGENCY_TARGETS.

    Raises:
        SettingsError: it is not like `119=sip:119@10.0.0.10,110=110`.
    """
    given = settings.values["EMERGENCY_TARGETS"]
    targets: dict[str, str] = {}
    for part in str(given).split(",") if given else ():
        number, _, target = (one.strip() for one in part.partition("="))
        if not (number.isdecimal() and _SHORTEST <= len(number) <= _LONGEST and _is_target(target, settings)):
            raise SettingsError(
                f"HOTLINE_EMERGENCY_TARGETS: {part.strip()!r} is not like 119=sip:119@10.0.0.10, or 119=119 with "
                "HOTLINE_SIP_TRUNK"
            )
        targets[number] = target
    return targets


def _is_target(target: str, settings: Settings) -> bool:
    trunk = settings.values["SIP_TRUNK"]
    try:
        target_of(target, target_of(str(trunk), None) if trunk else None)
    except (InvalidTarget, ValueError):
        return False
    return True
