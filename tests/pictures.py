"""Real pictures for tests, and what may hide in them."""

from __future__ import annotations

import io

from PIL import Image

GPS = b"GPS-SECRET-39.9042N"


def photo(
    kind: str = "JPEG",
    size: tuple[int, int] = (64, 48),
    *,
    mode: str = "RGB",
    orientation: int | None = None,
    hidden: bool = False,
) -> bytes:
    """A picture that is red on its left and blue on its right half, in the given format.

    Args:
        orientation: how EXIF says it must be turned to be looked at.
        hidden: with EXIF, XMP and a comment that hold GPS.
    """
    picture = Image.new(mode, size)
    if mode == "RGB":
        picture.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
        picture.paste((0, 0, 255), (size[0] // 2, 0, *size))
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    extra: dict[str, object] = {}
    if hidden:
        exif[0x010F] = GPS.decode()
        if kind in ("JPEG", "WEBP"):
            extra["xmp"] = GPS
        if kind in ("JPEG", "GIF"):
            extra["comment"] = GPS
    if kind != "GIF" and (hidden or orientation is not None):
        extra["exif"] = exif.tobytes()
    file = io.BytesIO()
    picture.save(file, kind, **extra)
    return file.getvalue()
