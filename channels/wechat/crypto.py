"""The encryption of an official account's callbacks ("safe mode"): AES-256-CBC and a SHA-1 signature. Pure.

Source: WeChat Open Platform, "Message encryption and decryption": key = Base64(EncodingAESKey + "="), IV = its first 16
bytes, PKCS#7 to blocks of 32, plain text = 16 random bytes, length (4 bytes, network order), message, app id.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import struct
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels.wechat.errors import CallbackRefused

_BLOCK = 32
_RANDOM = 16


def signature_of(token: str, *parts: str) -> str:
    """SHA-1 over the sorted parts; WeChat's choice, as the protocol says."""
    return sha1("".join(sorted((token, *parts))).encode()).hexdigest()


def check_signature(token: str, given: str, *parts: str) -> None:
    """Raises CallbackRefused."""
    if not hmac.compare_digest(signature_of(token, *parts).encode(), given.encode("utf-8", "replace")):
        raise CallbackRefused


class Crypto:
    """Encrypts and decrypts for one account.

    Args:
        token: the token set on WeChat's page.
        aes_key: the EncodingAESKey set there, 43 characters.
        appid: the account's id, which each message carries.
    """

    def __init__(self, token: str, aes_key: str, appid: str) -> None:
        self._token = token
        self._appid = appid.encode()
        try:
            self._key = base64.b64decode(aes_key + "=", validate=True)
        except binascii.Error:
            self._key = b""
        if len(self._key) != 32:
            raise ValueError("the EncodingAESKey has 43 letters and digits")

    def decrypt(self, encrypted: str, msg_signature: str, timestamp: str, nonce: str) -> bytes:
        """The message in an `Encrypt` element. Raises CallbackRefused."""
        check_signature(self._token, msg_signature, timestamp, nonce, encrypted)
        try:
            sealed = base64.b64decode(encrypted, validate=True)
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(sealed) + decryptor.finalize()
            plain = padded[: -padded[-1]]
            (length,) = struct.unpack(">I", plain[_RANDOM : _RANDOM + 4])
        except (binascii.Error, ValueError, IndexError, struct.error):
            raise CallbackRefused from None
        start = _RANDOM + 4
        message, appid = plain[start : start + length], plain[start + length :]
        if not 1 <= padded[-1] <= _BLOCK or not hmac.compare_digest(appid, self._appid):
            raise CallbackRefused
        return message

    def encrypt(self, message: bytes, timestamp: str, nonce: str) -> tuple[str, str]:
        """An `Encrypt` element's text and its signature."""
        plain = os.urandom(_RANDOM) + struct.pack(">I", len(message)) + message + self._appid
        missing = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
        text = base64.b64encode(sealed).decode()
        return text, signature_of(self._token, timestamp, nonce, text)

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
