"""Reads a picture that somebody sent, and draws it again: run as a program of its own, by `pages/limited.py`.

It reads the file from standard input and writes a line of JSON, then
the picture and its thumbnail as JPEG. What comes out holds the dots and nothing else: not the place, not the camera.

Nothing of Muster or of Django is imported here: it starts for every picture.
"""

import io
import json
import sys

MOST_DOTS = 50_000_000
LONGEST = 1600
THUMBNAIL = 240
QUALITY = 80
READ = ("JPEG", "PNG", "WEBP")
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def redrawn(sent: bytes) -> tuple[dict[str, object], bytes]:
    """What to say of the picture, and the two pictures one after the other; or `problem`, in one word."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # `MOST_DOTS` is asked below, before anything is decoded.
    try:
        picture = Image.open(io.BytesIO(sent), formats=READ)
    except Exception:  # noqa: BLE001  whatever a decoder raises, the picture is refused
        begins_well = sent.startswith(BEGINNINGS) or sent[8:12] == b"WEBP"
        return {"problem": "broken" if begins_well else "no picture"}, b""
    width, height = picture.size
    if width * height > MOST_DOTS:
        return {"problem": "too many dots"}, b""
    try:
        # A large JPEG is decoded at a fraction of its size; other kinds are decoded whole.
        picture.draft("RGB", (LONGEST, LONGEST))
        picture.load()
        picture.thumbnail((LONGEST, LONGEST), reducing_gap=2.0)
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except MemoryError:
        return {"problem": "too many dots"}, b""
    except Exception:  # noqa: BLE001  as above
        return {"problem": "broken"}, b""
    # A new picture on white: what is written down with the old one (place, camera, comments) stays behind.
    drawn = Image.new("RGB", upright.size, "white")
    drawn.paste(upright, mask=upright.getchannel("A"))
    image = jpeg_of(drawn)
    size = drawn.size
    drawn.thumbnail((THUMBNAIL, THUMBNAIL))
    thumbnail = jpeg_of(drawn)
    return {"width": size[0], "height": size[1], "image": len(image), "thumbnail": len(thumbnail)}, image + thumbnail


def jpeg_of(picture: "object") -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)  # type: ignore[attr-defined]  # PIL is imported only here
    return out.getvalue()


if __name__ == "__main__":
    said, pictures = redrawn(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + pictures)
