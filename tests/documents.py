"""Documents of word processors for tests."""

import io
import zipfile
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm
from pictures import jpeg
from PIL import Image

HWPX = Path(__file__).parent / "fixtures" / "hwpx"


def bmp() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 150)).save(file, "BMP")
    return file.getvalue()


def hwpx(**changed: bytes | str | None) -> bytes:
    """The press release of tests/fixtures/hwpx.

    :param changed: other contents for entries, by their names; None leaves one out
    """
    names = sorted(str(path.relative_to(HWPX)) for path in HWPX.rglob("*") if path.is_file())
    entries: dict[str, bytes | str | None] = {name: (HWPX / name).read_bytes() for name in names}
    entries |= {"BinData/image1.jpg": jpeg((600, 400)), "BinData/image2.bmp": bmp()}
    return archive({"mimetype": entries.pop("mimetype")} | entries | changed)


def archive(entries: dict[str, bytes | str | None]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            if content is not None:
                package.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return file.getvalue()


def word() -> bytes:
    """A press release in DOCX, as Word writes it."""
    document = docx.Document()
    document.add_paragraph("느티시립도서관, 밤 열 시까지 문 연다", style="Heading 1")
    paragraph = document.add_paragraph("평일 운영 시간을 ")
    paragraph.add_run("밤 10시").bold = True
    paragraph.add_run("까지 늘린다고 밝혔다. 1 < 2")
    document.add_paragraph("")
    for text in ("열람실", "어린이실"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("가입한다", "예약한다"):
        document.add_paragraph(text, style="List Number")
    document.add_picture(io.BytesIO(jpeg((600, 400))), width=Cm(8))
    document.add_paragraph("▲ 밤에 문을 연 도서관")
    table = document.add_table(rows=3, cols=2)
    for row, texts in enumerate((("시간", ""), ("평일", "22시"), ("", "토요일 18시"))):
        for cell, text in zip(table.rows[row].cells, texts, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 0).merge(table.cell(2, 0))
    link = document.part.relate_to("https://library.example/?a=1&b=2", _LINK, is_external=True)
    paragraph = document.add_paragraph("자세히: ")._p
    paragraph.append(parse_xml(_HYPERLINK.format(namespaces=nsdecls("w", "r"), link=link)))
    body = document.element.body
    for xml in (_CONTROL, _CHANGES, _BOX):
        body.insert(len(body) - 1, parse_xml(xml))
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_HYPERLINK = '<w:hyperlink {namespaces} r:id="{link}"><w:r><w:t>누리집</w:t></w:r></w:hyperlink>'
_W = nsdecls("w")
_CONTROL = f"<w:sdt {_W}><w:sdtContent><w:p><w:r><w:t>상자 안의 글</w:t></w:r></w:p></w:sdtContent></w:sdt>"
_CHANGES = (
    f"<w:p {_W}><w:r><w:t>고친 </w:t></w:r><w:del><w:r><w:delText>옛 </w:delText></w:r></w:del>"
    "<w:ins><w:r><w:t>새 글</w:t></w:r></w:ins></w:p>"
)
_BOX = (
    f'<w:p {_W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:r><mc:AlternateContent>'
    '<mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>글상자</w:t></w:r></w:p>'
    "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r>"
    "<w:t>글상자</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)
