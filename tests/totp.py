"""Codes of an authenticator app: RFC 6238 with SHA-1, 30 seconds and six digits."""

from __future__ import annotations

import base64
import hmac
import struct
import time


def code(secret, step=0):
    """The code of now, or of some steps of 30 seconds later."""
    counter = int(time.time()) // 30 + step
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 0xF
    return f"{(struct.unpack_from('>I', digest, offset)[0] & 0x7FFFFFFF) % 10**6:06}"
