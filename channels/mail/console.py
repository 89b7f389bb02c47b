"""E-mails into the log, for trying out: nothing leaves the house, and the log says so."""

from __future__ import annotations

import logging

from channels.mail.addresses import mask_address
from channels.mail.ports import Mail

logger = logging.getLogger(__name__)


class ConsoleMail:
    """MailSender that writes each e-mail, with its links, where the gateway logs."""

    async def send(self, mail: Mail) -> None:
        logger.info("an e-mail that is not sent (HOTLINE_MAIL_URL=console) to %s: %s\n%s",
                    mask_address(mail.to), mail.subject, mail.text)  # fmt: skip

    async def aclose(self) -> None:
        """Nothing is open."""
