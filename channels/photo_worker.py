"""Makes a photo anew, in a process of its own: `python photo_worker.py KIND SOURCE TARGET SMALL`.

Only what can be seen is carried over: the first frame, turned upright, in sRGB, at most 2,560 pixels long. EXIF, XMP,
colour profiles, comments, places and anything hidden behind the picture stay behind. The process may take so much
memory and time and no more; whatever happens to it in a decoder, the gateway goes on. It imports nothing of ours.

On standard output: `SUFFIX WIDTH HEIGHT`, or one word: `unreadable` or `too_many_pixels`.
"""

from __future__ import annotations

import io
import sys
import warnings

from PIL import Image, ImageOps

MOST_PIXELS = 64_000_000
LONGEST = 2560
SMALL = 320
QUALITY = 87
_MEMORY_BYTES = 1536 * 1024 * 1024
_FILE_BYTES = 64 * 1024 * 1024
_CPU_SECONDS = 15
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}


def main(kind: str, source: str, target: str, small: str) -> str:
    """Writes the new photo and its small copy; gives what is said on standard output."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=[_FORMATS[kind]]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return "too_many_pixels"
                picture = _anew(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "too_many_pixels"
    except Exception:  # noqa: BLE001 - decoders raise anything at hostile bytes; all of it means the same
        return "unreadable"
    suffix = "png" if picture.mode == "RGBA" or (picture.mode == "L" and kind != "jpg") else "jpg"
    said = f"{suffix} {picture.width} {picture.height}"
    _save(picture, target, suffix)
    picture.thumbnail((SMALL, SMALL))
    _save(picture, small, suffix)
    return said


def _anew(opened: Image.Image) -> Image.Image:
    """The first frame as a new picture in RGB, RGBA or L that carries nothing but pixels."""
    opened.draft("RGB", (LONGEST, LONGEST))  # a JPEG is decoded at the size that is needed
    opened.load()
    profile = opened.info.get("icc_profile")
    shown = _plain(opened)
    shown.thumbnail((LONGEST, LONGEST))
    shown = ImageOps.exif_transpose(shown)
    if profile and shown.mode == "RGB":
        shown = _in_srgb(shown, profile)
    if shown.mode == "RGBA" and shown.getchannel("A").getextrema() == (255, 255):
        shown = shown.convert("RGB")
    clean = Image.new(shown.mode, shown.size)
    clean.paste(shown)
    return clean


def _plain(opened: Image.Image) -> Image.Image:
    if opened.has_transparency_data:
        mode = "RGBA"
    elif opened.mode in ("1", "L", "F") or opened.mode.startswith("I"):
        mode = "L"
    else:
        mode = "RGB"
    return opened if opened.mode == mode else opened.convert(mode)


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    from PIL import ImageCms  # slow to load, and few photos need it

    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture  # a profile that cannot be read says nothing
    return turned or picture


def _save(picture: Image.Image, path: str, suffix: str) -> None:
    if suffix == "png":
        picture.save(path, "PNG")
    else:
        picture.save(path, "JPEG", quality=QUALITY, optimize=True)


def _confine() -> None:
    """Bounds this process' memory and time, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _confine()
    sys.stdout.write(main(*sys.argv[1:5]))
