"""A PDF in CMYK: colours through a profile that the file names and carries, neutral ones in black alone.

The colours of the content are turned one by one by LittleCMS (which Pillow carries), so text, tags and lines
stay as they are. Ghostscript 10.00, tried first, drops the structure tree and sets small grey text in four
inks that can go out of register. Its profile is the one used where no other is named.
"""

from __future__ import annotations

import functools
import io
import shutil
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, String

from geo.errors import DataNotFoundError, GeoError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["InkError", "Profile", "cmyk_pdf", "find_profile", "read_profile"]

NEUTRAL: Final = 0.06
"""Colours whose channels differ by no more than this are greys, and printed in black alone."""

BLACK: Final = 0.15

DEFAULT_NAME: Final = "default_cmyk.icc"
"""Ghostscript's profile, "Artifex CMYK SWOP Profile"."""

TO_CMYK: Final = {"rg": "k", "RG": "K", "g": "k", "G": "K"}


class InkError(GeoError, RuntimeError):
    """No profile for CMYK is at hand."""


class Profile:
    """An ICC profile of a printing condition in CMYK.

    Attributes
    ----------
    name
        What it calls itself.
    data
        Its bytes.
    """

    def __init__(self, name: str, data: bytes) -> None:
        from PIL import ImageCms

        self.name = name
        self.data = data
        self._convert = ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"),
            io.BytesIO(data),
            "RGB",
            "CMYK",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        self._known: dict[tuple[float, ...], tuple[float, ...]] = {}

    def inks(self, colour: tuple[float, ...]) -> tuple[float, ...]:
        """Shares of cyan, magenta, yellow and black for an sRGB colour or a grey, all from 0 to 1."""
        if colour not in self._known:
            self._known[colour] = self._inks(colour)
        return self._known[colour]

    def picture(self, image: Any) -> bytes:
        """Pixels of a picture as cyan, magenta, yellow and black, a byte each."""
        from PIL import ImageCms

        done = ImageCms.applyTransform(image.convert("RGB"), self._convert)
        assert done is not None  # noqa: S101 - nothing comes back only where the picture is changed in place
        return bytes(done.tobytes())

    def _inks(self, colour: tuple[float, ...]) -> tuple[float, ...]:
        from PIL import Image, ImageCms

        if max(colour) - min(colour) <= NEUTRAL:
            grey = colour[0] if len(colour) == 1 else float(sum(colour) / 3)
            # Nearly black is black: a screen would fray small letters.
            return 0.0, 0.0, 0.0, 1.0 if grey <= BLACK else round(1.0 - grey, 4)
        dot = Image.new("RGB", (1, 1), tuple(round(255 * one) for one in colour))
        done = ImageCms.applyTransform(dot, self._convert)
        assert done is not None  # noqa: S101 - nothing comes back only where the picture is changed in place
        value: Any = done.getpixel((0, 0))
        return tuple(round(one / 255, 4) for one in value)


@functools.lru_cache(maxsize=4)
def read_profile(path: str) -> Profile:
    """An ICC profile for CMYK from a file.

    Raises
    ------
    DataNotFoundError
        If there is no such file.
    SchemaError
        If it is not an ICC profile, or not one for CMYK.
    """
    file = Path(path)
    if not file.is_file():
        raise DataNotFoundError(f"no profile {path!r}; give the path of an ICC file for CMYK")
    data = file.read_bytes()
    if data[36:40] != b"acsp":
        raise SchemaError(f"{file.name} is not an ICC profile")
    space = data[16:20].decode("latin-1").strip()
    if space != "CMYK":
        raise SchemaError(
            f"{file.name} is an ICC profile for {space}, not for CMYK; ask the printer for theirs"
        )
    from PIL import ImageCms

    try:
        name = ImageCms.getProfileDescription(ImageCms.getOpenProfile(io.BytesIO(data))).strip()
        return Profile(name or file.stem, data)
    except ImageCms.PyCMSError as err:
        raise SchemaError(f"{file.name} can't be used as a profile: {err}") from err


def find_profile() -> Profile:
    """The profile that comes with Ghostscript.

    Raises
    ------
    InkError
        If Ghostscript, or its profile, is not installed.
    """
    for path in _candidates():
        if path.is_file():
            return read_profile(str(path))
    raise InkError(
        "a CMYK PDF needs the profile of a printing condition: name the printer's with --cmyk-profile PATH, "
        "or install Ghostscript, which comes with one (Debian: apt-get install ghostscript), or leave out "
        "--cmyk and let the printer convert"
    )


def _candidates() -> Iterator[Path]:
    """Where Ghostscript keeps its profiles, if it is installed."""
    program = shutil.which("gs") or shutil.which("gswin64c")
    if program is None:
        return
    home = Path(program).resolve().parent.parent
    yield home / "share/color/icc/ghostscript" / DEFAULT_NAME
    yield home / "iccprofiles" / DEFAULT_NAME
    yield from sorted(home.glob(f"share/ghostscript/*/iccprofiles/{DEFAULT_NAME}"), reverse=True)


def cmyk_pdf(pdf: bytes, profile: Profile) -> bytes:
    """The same PDF with every colour in CMYK and the profile as its output intent.

    Parameters
    ----------
    pdf
        A PDF whose content holds colours and pictures as sRGB or grey.

    Returns
    -------
    bytes
        The same for the same input.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        page.Contents = document.make_stream(_turned(page, profile))
        for form in page.get("/Resources", Dictionary()).get("/XObject", Dictionary()).values():
            if form.get("/Subtype") == Name.Image:
                _turn_picture(form, profile)
            else:
                form.write(_turned(form, profile))
        if "/Group" in page:
            page.Group.CS = Name.DeviceCMYK
        stream = document.make_stream(profile.data)
        stream.N = 4
        stream.Alternate = Name.DeviceCMYK
        document.Root.OutputIntents = Array(
            [
                Dictionary(
                    Type=Name.OutputIntent,
                    S=Name.GTS_PDFX,
                    OutputConditionIdentifier=String(profile.name),
                    Info=String(profile.name),
                    DestOutputProfile=stream,
                )
            ]
        )
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _turn_picture(picture: Any, profile: Profile) -> None:
    """Put a picture's pixels in CMYK; its mask is no colour and stays."""
    if "/SMask" not in picture and picture.get("/ColorSpace") == Name.DeviceGray:
        return  # a mask itself
    pixels = profile.picture(pikepdf.PdfImage(picture).as_pil_image())
    for name in ("/DecodeParms", "/Decode", "/Filter"):
        if name in picture:
            del picture[name]
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceCMYK, 8
    picture.write(zlib.compress(pixels, 9), filter=Name.FlateDecode)


def _turned(content: Any, profile: Profile) -> bytes:
    """A content stream whose colour operators are those of CMYK."""
    steps: list[Any] = []
    for step in pikepdf.parse_content_stream(content):
        name = str(step.operator)
        if name in TO_CMYK:
            colour = tuple(float(one) for one in step.operands)
            steps.append((list(profile.inks(colour)), Operator(TO_CMYK[name])))
        elif name in ("cs", "CS") and step.operands[0] == Name.DeviceRGB:
            continue  # the operators of CMYK choose their space themselves
        else:
            steps.append(step)
    return pikepdf.unparse_content_stream(steps)
