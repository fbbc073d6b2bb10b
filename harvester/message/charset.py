"""Bytes -> text by the character set a mail names, and a cure where the name is wrong.

Only character sets of this list are ever handed to a codec: a sender may name ``unicode_escape``, ``utf-7``
or ``idna``, which make ``<script>`` out of harmless letters or take seconds (of UTF-7 the letters alone are read).
Aliases follow the WHATWG Encoding Standard, as mail programs do: ISO-8859-1 is read as windows-1252, GB2312 as
GB 18030.
"""

import re
from dataclasses import dataclass

from harvester.message import utf7

_ALIASES = {
    "utf-8": "utf8 utf-8 unicode-1-1-utf-8 x-unicode20utf8 utf-8-sig utf8mb4 cp65001 utf",
    "utf-16": "utf-16 utf16 unicode ucs-2 iso-10646-ucs-2",
    "utf-16-le": "utf-16le utf-16-le unicodefffe-le",
    "utf-16-be": "utf-16be utf-16-be unicodefffe",
    "utf-32": "utf-32 utf32 ucs-4 utf-32le utf-32be",
    "cp1252": "iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 latin-1 l1 8859-1 "
    "ibm819 cp819 windows-1252 cp1252 cp-1252 x-cp1252 1252 ansi ansi_x3.110-1983 x-ansi ansi-1252",
    "cp1250": "windows-1250 cp1250 cp-1250 x-cp1250 1250",
    "cp1251": "windows-1251 cp1251 cp-1251 x-cp1251 win-1251 win1251 1251",
    "cp1253": "windows-1253 cp1253 x-cp1253 1253",
    "cp1254": "windows-1254 cp1254 x-cp1254 1254 iso-8859-9 iso8859-9 iso_8859-9 latin5 latin-5",
    "cp1255": "windows-1255 cp1255 x-cp1255 1255",
    "cp1256": "windows-1256 cp1256 x-cp1256 1256",
    "cp1257": "windows-1257 cp1257 x-cp1257 1257",
    "cp1258": "windows-1258 cp1258 x-cp1258 1258",
    "iso8859-2": "iso-8859-2 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 latin2 latin-2 l2",
    "iso8859-3": "iso-8859-3 iso8859-3 iso_8859-3 latin3 latin-3",
    "iso8859-4": "iso-8859-4 iso8859-4 iso_8859-4 latin4 latin-4",
    "iso8859-5": "iso-8859-5 iso8859-5 iso_8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 iso_8859-6 iso-8859-6-i iso-8859-6-e arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 iso_8859-7 greek greek8 ecma-118 elot_928",
    "iso8859-8": "iso-8859-8 iso8859-8 iso_8859-8 iso-8859-8-i iso-8859-8-e hebrew logical visual",
    "iso8859-10": "iso-8859-10 iso8859-10 latin6",
    "iso8859-11": "iso-8859-11 iso8859-11",
    "iso8859-13": "iso-8859-13 iso8859-13 latin7",
    "iso8859-14": "iso-8859-14 iso8859-14 latin8",
    "iso8859-15": "iso-8859-15 iso8859-15 iso885915 iso_8859-15 latin9 latin-9 latin0",
    "iso8859-16": "iso-8859-16 iso8859-16 latin10",
    "koi8-r": "koi8-r koi8_r koi8 koi cskoi8r",
    "koi8-u": "koi8-u koi8_u koi8-ru",
    "cp437": "cp437 ibm437 437",
    "cp737": "cp737",
    "cp775": "cp775 ibm775",
    "cp850": "cp850 cp-850 ibm850 850",
    "cp852": "cp852 ibm852 852",
    "cp855": "cp855 ibm855",
    "cp857": "cp857 ibm857",
    "cp858": "cp858 ibm00858",
    "cp862": "cp862 ibm862 dos-862",
    "cp866": "cp866 cp-866 ibm866 866",
    "cp874": "windows-874 cp874 tis-620 tis620 x-windows-874",
    "mac-roman": "macintosh macroman mac-roman x-mac-roman mac",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian mac-cyrillic",
    "mac-latin2": "x-mac-ce x-mac-centraleurroman mac-latin2",
    "mac-greek": "x-mac-greek mac-greek",
    "mac-turkish": "x-mac-turkish mac-turkish",
    "cp932": "shift_jis shift-jis shiftjis sjis x-sjis ms_kanji csshiftjis windows-31j cp932 ms932 cp943c",
    "euc_jp": "euc-jp eucjp x-euc-jp euc_jp x-euc cseucpkdfmtjapanese",
    "iso2022_jp": "iso-2022-jp iso2022-jp iso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ms "
    "csiso2022jp cp50220 cp50221 cp50222 jis",
    "iso2022_kr": "iso-2022-kr iso2022-kr csiso2022kr",
    "cp949": "euc-kr euckr euc_kr ks_c_5601-1987 ks_c_5601-1989 ks_c_5601 ksc5601 ksc_5601 ks-c-5601-1987 "
    "korean windows-949 cp949 uhc iso-ir-149 x-windows-949 ms949",
    "johab": "johab x-johab",
    "gb18030": "gb18030 gb2312 gb_2312-80 gb_2312 gb2312-80 gbk x-gbk cp936 936 windows-936 ms936 euc-cn euccn "
    "chinese csgb2312 x-euc-cn",
    "hz": "hz-gb-2312 hz hz-gb",
    "big5hkscs": "big5 big-5 big5-hkscs big5hkscs cn-big5 x-x-big5 cp950 950 csbig5 big5-eten",
}
_CODECS = {alias: codec for codec, aliases in _ALIASES.items() for alias in aliases.split()}
CODECS = frozenset(_CODECS.values())
_ASCII = frozenset(
    ("us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us", "iso-ir-6", "us", "646", "7bit", "8bit", "none")
)

MULTIBYTE = frozenset(
    ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp", "iso2022_jp", "iso2022_kr", "cp949", "johab",
     "gb18030", "hz", "big5hkscs")
)  # fmt: skip
"""Codecs in which one character takes several bytes, some of them ASCII."""

_FAMILY = {"iso2022_jp": ("iso2022_jp", "iso2022_jp_3", "iso2022_jp_ext"), "euc_jp": ("euc_jp", "euc_jis_2004")}
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MANY_BYTES = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_HTML_HEAD = 4_096
_JIS_ESCAPE = re.compile(rb"\x1b\$[@B]|\x1b\(J")

UNKNOWN, CURED, DAMAGED = "charset-unknown", "charset-cured", "text-damaged"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and the flag that says what was odd about its character set."""

    text: str
    flag: str | None = None


def codec_of(label: str | None) -> str | None:
    """Python's codec for a label found in mail; None if we do not decode by that name (ASCII included)."""
    return _CODECS.get(_plain(label))


def is_ascii_label(label: str | None) -> bool:
    """No label at all counts too: RFC 2045, section 5.2."""
    plain = _plain(label)
    return not plain or plain in _ASCII


def html_label(data: bytes) -> str | None:
    """The character set that the page itself names."""
    found = _META.search(data[:_HTML_HEAD])
    return found[1].decode("ascii") if found else None


def _plain(label: str | None) -> str:
    """``"UTF-8"*en`` -> ``utf-8`` (RFC 2231, section 5, adds a language)."""
    return (label or "")[:80].partition("*")[0].strip(" \t\r\n\"'<>;,.").lower()


def text_of(data: bytes, label: str | None = None) -> str:
    return decode(data, label).text


def decode(data: bytes, label: str | None = None) -> Decoded:
    """Decode by the declared label where it fits, else by what the bytes themselves say. Never fails."""
    if data.isascii() and _plain(label) in utf7.LABELS:
        return Decoded(utf7.letters(data.decode("ascii")))
    if data.isascii() and not (codec_of(label) in MULTIBYTE or b"\x1b" in data):
        flag = None if codec_of(label) or is_ascii_label(label) else UNKNOWN
        return Decoded(data.decode("ascii"), flag)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(marked, "replace"))
    codec = codec_of(label)
    if codec is None:
        text = _by_itself(data)
        return Decoded(text, None if is_ascii_label(label) else UNKNOWN)
    if codec == "utf-8":
        try:
            return Decoded(data.decode("utf-8"))
        except UnicodeDecodeError:
            return _not_quite_utf8(data)
    if codec not in MULTIBYTE and _is_utf8(data):
        return Decoded(data.decode("utf-8"), CURED)
    for sibling in _FAMILY.get(codec, (codec,)):
        try:
            return Decoded(data.decode(sibling))
        except UnicodeError:
            continue
    if codec in MULTIBYTE and _is_utf8(data):
        return Decoded(data.decode("utf-8"), CURED)
    return Decoded(data.decode(codec, "replace"), DAMAGED)


def _is_utf8(data: bytes) -> bool:
    """Bytes above ASCII that happen to be valid UTF-8 are UTF-8, whatever the label says."""
    if not _MANY_BYTES.search(data):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _by_itself(data: bytes) -> str:
    """No usable label: UTF-8, else ISO-2022-JP by its escapes, else what Western mail programs send."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_quite_utf8(data).text
    if _JIS_ESCAPE.search(data):
        return data.decode("iso2022_jp", "replace")
    return text


def _not_quite_utf8(data: bytes) -> Decoded:
    """UTF-8 with a torn character stays UTF-8; text that is mostly not UTF-8 is windows-1252."""
    text = data.decode("utf-8", "replace")
    torn = text.count("\ufffd")
    good = sum(1 for _ in _MANY_BYTES.finditer(data))
    if good > torn:
        return Decoded(text, DAMAGED)
    return Decoded(data.decode("cp1252", "replace"), CURED)
