"""HWPX and DOCX files become text and photos; whatever else comes is refused with a reason."""

import io
import zipfile

import documents
import docx
import pytest
from pictures import jpeg

from lib.files.documents import (
    Encrypted,
    OldFormat,
    TooLarge,
    Unreadable,
    Unsupported,
    packages,
    read,
)
from lib.text import markup

WIDE = '<div class="body__wide" tabindex="0">'
NAMESPACES = 'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="s" xmlns:hc="c"'
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
)


def section(inner: str, declaration: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{declaration}<hs:sec {NAMESPACES}>{inner}</hs:sec>'


def cleaned(content: bytes) -> list[str]:
    return markup.clean(read(content).html).split("\n")


def test_hwpx_becomes_an_article() -> None:
    assert cleaned(documents.hwpx()) == [
        "<p>보도시점: 2026. 12. 3.(목) 오전 6시</p>",
        "<p><strong>느티시, 느티천 산책길 4㎞ 연다</strong></p>",
        "<p>□ 느티시는 5일 느티천 산책길을 연다고 밝혔다.</p>",
        "<p>길이는 <strong>4㎞</strong>이며,<br>쉼터가 여섯 곳이다.</p>",
        "<p>▲ 새로 연 느티천 산책길</p>",
        f'{WIDE}<table><tbody><tr><th colspan="2"><strong>구간</strong></th></tr>'
        "<tr><td>1구간</td><td>1.5㎞</td></tr></tbody></table></div>",
        "<ol><li>신청서를 쓴다.</li></ol>",
        "<p>가. 이름</p>",
        "<p>나. 연락처</p>",
        '<ol start="2"><li>전자우편으로 보낸다.</li></ol>',
        '<p>자세한 내용은 <a href="https://neuti.example/walk?a=1&amp;b=2" rel="noopener">누리집</a>에서'
        " 본다. 1 &lt; 2</p>",
        "<p>틀 안의 글</p>",
        "<p>둘째 구역의 글</p>",
    ]


def test_pictures_of_hwpx_come_once_and_in_order() -> None:
    assert read(documents.hwpx()).pictures == [jpeg((600, 400)), documents.bmp()]


def test_hwpx_without_its_list_of_contents_is_read() -> None:
    html = read(documents.hwpx(**{"Contents/content.hpf": None})).html
    assert html.index("느티천 산책길 4㎞") < html.index("둘째 구역의 글")


def test_docx_becomes_an_article() -> None:
    document = read(documents.word())
    assert markup.clean(document.html).split("\n") == [
        "<h2>느티시립도서관, 밤 열 시까지 문 연다</h2>",
        "<p>평일 운영 시간을 <strong>밤 10시</strong>까지 늘린다고 밝혔다. 1 &lt; 2</p>",
        "<ul><li>열람실</li><li>어린이실</li></ul>",
        "<ol><li>가입한다</li><li>예약한다</li></ol>",
        "<p>▲ 밤에 문을 연 도서관</p>",
        f'{WIDE}<table><tbody><tr><td colspan="2">시간</td></tr><tr><td rowspan="2">평일</td><td>22시</td>'
        "</tr><tr><td>토요일 18시</td></tr></tbody></table></div>",
        '<p>자세히: <a href="https://library.example/?a=1&amp;b=2" rel="noopener">누리집</a></p>',
        "<p>상자 안의 글</p>",
        "<p>고친 새 글</p>",
        "<p>글상자</p>",
    ]
    assert document.pictures == [jpeg((600, 400))]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", Unsupported),
        (b"%PDF-1.7", Unsupported),
        (jpeg((30, 20)), Unsupported),
        (OLE, Unsupported),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Encrypted),
        (documents.archive({"a.txt": "a"}), Unsupported),
        (documents.hwpx()[:2000], Unreadable),
        (documents.hwpx(**{"Contents/section0.xml": None, "Contents/section1.xml": None}), Unreadable),
        (documents.hwpx(**{"Contents/section0.xml": "<hs:sec"}), Unreadable),
        (documents.hwpx(**{"Contents/section0.xml": section("", ENTITIES) + "&c;"}), Unreadable),
        (documents.hwpx(**{"Contents/section0.xml": section("<hp:p>&c;</hp:p>", ENTITIES)}), Unreadable),
        (documents.hwpx(**{"Contents/header.xml": b"\xff\xfe\x00"}), Unreadable),
        (
            documents.hwpx(**{"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
            Encrypted,
        ),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        read(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (OLE + "HwpSummaryInformation".encode("utf-16-le"), "hwp"),
        (b"HWP Document File V3.00 \x1a\x01", "hwp"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
    ],
)
def test_old_formats_are_recognised(content: bytes, kind: str) -> None:
    with pytest.raises(OldFormat) as caught:
        read(content)
    assert caught.value.kind == kind


def test_entities_in_docx_are_refused() -> None:
    source = zipfile.ZipFile(io.BytesIO(documents.word()))
    entries: dict = {name: source.read(name) for name in source.namelist()}
    entries["word/document.xml"] = f"{ENTITIES}<w:document>&c;</w:document>"
    with pytest.raises(Unreadable):
        read(documents.archive(entries))


def test_bombs_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge):
        read(documents.hwpx(**{"BinData/x.jpg": bytes(packages.MOST_BYTES)}))
    with pytest.raises(TooLarge):
        read(documents.hwpx(**{f"BinData/{n}": "" for n in range(packages.MOST_ENTRIES)}))
    with pytest.raises(TooLarge):
        read(documents.hwpx(**{"Contents/section0.xml": section(" " * packages.MOST_XML)}))
    monkeypatch.setattr(packages, "MOST_XML", 2000)
    with pytest.raises(TooLarge):
        read(documents.word())


def test_an_encrypted_archive_is_recognised() -> None:
    content = bytearray(documents.hwpx())
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1  # the flag in the archive's list of contents
    with pytest.raises(Encrypted):
        read(bytes(content))


def test_too_many_pictures_and_too_deep_tables_are_refused() -> None:
    items = "".join(
        f'<opf:item id="i{n}" href="BinData/{n}.jpg"/>' for n in range(packages.MOST_PICTURES + 1)
    )
    contents = f'<p xmlns:opf="o">{items}</p>'
    pictures = "".join(
        f'<hp:pic><hc:img binaryItemIDRef="i{n}"/></hp:pic>' for n in range(packages.MOST_PICTURES + 1)
    )
    files = {f"BinData/{n}.jpg": b"x" for n in range(packages.MOST_PICTURES + 1)}
    text = section(f"<hp:p><hp:run>{pictures}</hp:run></hp:p>")
    with pytest.raises(TooLarge):
        read(documents.hwpx(**files, **{"Contents/content.hpf": contents, "Contents/section0.xml": text}))
    opening = "<hp:p><hp:run><hp:tbl><hp:tr><hp:tc><hp:subList>" * 5000
    closing = "</hp:subList></hp:tc></hp:tr></hp:tbl></hp:run></hp:p>" * 5000
    with pytest.raises(TooLarge):
        read(documents.hwpx(**{"Contents/section0.xml": section(opening + closing)}))


def test_a_docx_without_lists_or_styles_is_read() -> None:
    document = docx.Document()
    document.add_paragraph("글")
    assert read(documents.saved(document)).html == "<p>글</p>"


@pytest.mark.parametrize("name", ["Contents/section0.xml", "Contents/header.xml"])
def test_any_damage_ends_in_a_reason(name: str) -> None:
    original = (documents.HWPX / name).read_bytes()
    for cut in range(0, len(original), 977):
        for content in (original[:cut], original[:cut] + original[cut + 40 :]):
            try:
                read(documents.hwpx(**{name: content}))
            except packages.Problem:
                continue
