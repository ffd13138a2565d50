"""Tagged PDF: a tree of what is on the page, in reading order, with the words for those who cannot see it.

ISO 32000-1, 14.6 to 14.9: marked content, structure, alternate descriptions. The drawing marks what it writes
(:class:`maps.static.canvas.Block`); here the tree over the marks is built.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from maps.static.fonts import is_arabic

if TYPE_CHECKING:
    from maps.content.captions import Caption
    from maps.static.canvas import Block, Canvas

__all__ = ["tagged_pdf"]


def tagged_pdf(pdf: bytes, canvas: Canvas, caption: Caption, lang: str) -> bytes:
    """The same page with title, language, metadata and a structure tree.

    Parameters
    ----------
    pdf
        One page with the marks of the canvas in its content.
    canvas
        Its blocks say what the marks are.

    Returns
    -------
    bytes
        The same for the same input.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        root = document.Root
        root.Lang = String(lang)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.MarkInfo = Dictionary(Marked=True)
        tree = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        whole = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=tree))
        parents: dict[int, Any] = {}
        children = []
        for block in canvas.blocks:
            if not block.marks:
                continue
            element = document.make_indirect(_element(block, whole, page.obj, lang, canvas))
            children.append(element)
            parents |= dict.fromkeys(block.marks, element)
        whole.K = Array(children)
        tree.K = Array([whole])
        row = document.make_indirect(Array([parents[mark] for mark in sorted(parents)]))
        tree.ParentTree = document.make_indirect(Dictionary(Nums=Array([0, row])))
        tree.ParentTreeNextKey = 1
        root.StructTreeRoot = tree
        page.obj.StructParents = 0
        page.obj.Tabs = Name.S
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = caption.title
            metadata["dc:description"] = f"{caption.caption} {caption.method}"
            metadata["dc:rights"] = caption.credit
            metadata["dc:language"] = {lang}
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _element(
    block: Block,
    parent: Any,
    page: Any,
    lang: str,
    canvas: Canvas,
) -> Any:
    """The structure element of a block."""
    element = Dictionary(
        Type=Name.StructElem,
        S=Name(f"/{block.kind}"),
        P=parent,
        Pg=page,
        K=Array(block.marks) if len(block.marks) > 1 else block.marks[0],
    )
    if block.box:
        left, top, right, bottom = block.box
        corners = (left, canvas.height - bottom, right, canvas.height - top)
        element.A = Dictionary(
            O=Name.Layout,
            Placement=Name.Block,
            BBox=Array([round(corner * canvas.unit, 3) for corner in corners]),
        )
    if block.alt:
        # Descriptions are English in every map.
        element.Alt = String(block.alt)
        if lang != "en":
            element.Lang = String("en")
    elif block.words:
        words = " ".join(block.words)
        # What is drawn are shapes of letters from left to right; this is what they say.
        element.ActualText = String(words)
        if lang != "en" and not is_arabic(words):
            element.Lang = String("en")
    return element
