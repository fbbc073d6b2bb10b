"""Bytes -> what a mail looks like: a fuzzer that flips bytes then swaps, doubles and breaks whole pieces of mail.

Most bytes stand for a piece (a header's name, an attribution line, the edge of a part), the rest for themselves.
"""
# ruff: noqa: E501 (tables of pieces)

TEXT_PIECES = (
    "\n", "\n\n", " ", "> ", ">> ", ">", "\n> ", "\n>\n", "\r\n", "\t", "\x0b", "\x0c", "\u2028", "\u202e", "\u200b", "\xa0",
    "On 3 Aug 2010, at 10:12, Desk <desk@lga.example> wrote:", "On Tue, Aug 3, 2010 at 2:14 PM Desk", "wrote:",
    "Am 03.08.2010 um 10:12 schrieb Desk:", "Le 3 août 2010 à 10:12, Desk a écrit :", "2010年8月3日(火) 10:12 のメッセージ:",
    "2010/8/3 Desk <desk@lga.example>", ">>> Desk <desk@lga.example> 03/08/2010 10:12 >>>", "--- On Tue, 3/8/10, Desk wrote:",
    "From: Desk", "Sent: 03 August 2010 10:12", "To: Anna", "Cc: Bo", "Subject: Request", "Von: Desk", "Gesendet: 3. August 2010",
    "An: Anna", "Betreff: Request", "An", "Kopie", "Thema", "*From:* Desk", "差出人： Desk", "件名: Request",
    "-----Original Message-----", "---------- Forwarded message ----------", "Begin forwarded message:", "_" * 32, "-" * 40,
    "##- Please type your reply above this line -##", "-- ", "--", "Kind regards", "Mit freundlichen Grüßen", "i.A. Berg",
    "Thank you", "Anna Berg", "Town of North", "Tel: +44 20 1234", "Sent from my phone", "Von meinem iPhone gesendet",
    "This e-mail is confidential and intended only for the addressee.", "Please see below the answer of my colleague.", "FYI",
    "siehe unten", "We share a waste service with two other towns.", "Yes.", "JD> ", "| ", ": ", "» ",
    "Request: how do you share your services?",
    "Please tell us whether two or more of the towns in your district run one office together.",
    "Have your residents taken over a swimming pool or a library", "that the town could no longer pay for?",
    "https://lga.example/request", "www.", "http://a:a:", "anna@town.example", "@", "<", ":", "：", "(", "=" * 40, "a" * 900, "\x00",
)  # fmt: skip
OURS = """Request: how do you share your services?

Please tell us whether two or more of the towns in your district run one office together.

Have your residents taken over a swimming pool or a library that the town could no longer pay for?

See https://lga.example/request. Thank you for all the examples that you can send to us before August."""

HEADER_PIECES = (
    b"\r\n", b"\n", b"\r", b"\n\n", b"\r\n\r\n", b"\r\n ", b"\n\t", b" ", b"\t", b": ", b":", b" :", b"\x00", b"\x0b", b"\x0c", b"\xff",
    b"From", b"To", b"Cc", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References", b"Received", b"Return-Path",
    b"Auto-Submitted", b"List-Id", b"Precedence", b"Content-Type", b"Content-Transfer-Encoding", b"X-Loop", b"Sender",
    b"Authentication-Results", b"MIME-Version", b"From nobody Mon", b">From ", b"\xef\xbb\xbf",
    b"Anna Berg <a.berg@north.example>", b"a@b.example", b"<", b">", b"<>", b"@", b",", b";", b'"', b"\\", b"(", b")", b"(((", b"[",
    b"undisclosed-recipients:;", b"group: a@b.example, c@d.example;", b'"a@b.example" <c@d.example>', b"<a@b.example> <c@d.example>",
    b"=?utf-8?q?", b"=?utf-8?b?", b"=?iso-2022-jp?B?", b"=?utf-7?q?", b"=?", b"?=", b"?= =?", b"R3LDvMOfZQ==", b"=0D=0ABcc:=20", b"=00",
    b"=?unicode_escape?q?", b"=?x?q?=?utf-8?q?a?=?=", b"\x1b$B", b"\x1b(B", b"Gr\xfc\xdfe", b"Gr\xc3\xbc\xc3\x9fe", b"\xe2\x80\xae", b"\xed\xa0\x80",
    b"Mon, 16 Aug 2027 10:00:00 +0200", b"Mon, 99 Foo 0001 99:99:99 +9999", b"1 Jan 99 00:00 EST", b"charset=", b"charset=utf-16", b"charset=gb2312",
    b"no", b"auto-replied", b"dmarc=pass", b"<1@north.example>", b"a" * 90, b"=" * 30,
)  # fmt: skip

MAIL_PIECES = (
    *HEADER_PIECES,
    b"\r\n--b\r\n", b"\r\n--b--\r\n", b"\r\n--c\r\n", b"\r\n--c--\r\n", b"--", b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: multipart/alternative; boundary=\"c\"\r\n", b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    b"Content-Type: multipart/mixed\r\n", b"Content-Type: text/plain; charset=utf-8\r\n", b"Content-Type: text/html; charset=iso-8859-1\r\n",
    b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"Content-Type: message/rfc822\r\n", b"Content-Type: text/calendar; method=REQUEST\r\n",
    b"Content-Type: application/pdf; name=\"a.pdf\"\r\n", b"Content-Type: application/ms-tnef; name=winmail.dat\r\n", b"Content-Type: image/png\r\n",
    b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n", b"Content-Type: message/partial; id=1; number=1\r\n",
    b"Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document\r\n", b"Content-Type: text\r\n", b"Content-Type: \r\n",
    b"Content-Disposition: attachment; filename=\"../a.docx\"\r\n", b"Content-Disposition: attachment; filename*0*=utf-8''%00; filename*1=b\r\n",
    b"Content-Disposition: inline\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"Content-Transfer-Encoding: 8bit\r\n", b"Content-ID: <i@x.example>\r\n",
    b"begin 644 a.txt\r\n", b"end\r\n", b"JVBERi0xLjQK\r\n", b"UEsDBBQAAAAI\r\n", b"=3D=\r\n", b"=E2=80=AE", b"=ZZ",
    b"<div>", b"</div>", b"<p>", b"<br>", b"<blockquote type=cite>", b"</blockquote>", b"<a href=\"https://town.example/x\">", b"</a>",
    b"<a href=javascript:alert(1)>", b"<script>", b"</script>", b"<style>p{display:none}</style>", b"<div class=gmail_quote>", b"<!--", b"-->",
    b"<table><tr><td>", b"</td></tr></table>", b"<span style=\"display:none\">", b"<meta charset=utf-7>", b"<base href=//x.example>", b"&#x202e;", b"&#0;", b"&",
    b"<img src=cid:i@x.example alt=x>", b"<![CDATA[", b"<?xml ?>", b"<title>", b"<plaintext>", b"<svg><a xlink:href=x>", b"{\\rtf1 \\bin999999 ",
    *(piece.encode("utf-8", "surrogatepass") for piece in TEXT_PIECES[16:72]),
)  # fmt: skip


def text_from(data: bytes) -> str:
    """One piece for a byte that names one, letters for the rest."""
    count = len(TEXT_PIECES)
    return "".join(TEXT_PIECES[byte] if byte < count else chr(byte - 64) for byte in data)


def headers_from(data: bytes) -> bytes:
    count = len(HEADER_PIECES)
    return b"".join(HEADER_PIECES[byte] if byte < count else bytes((byte - 64,)) for byte in data)


def mail_from(data: bytes) -> bytes:
    """A byte for a piece; a mail has more pieces than a byte has values, so 255 shifts the next one."""
    said: list[bytes] = []
    shift = 0
    for byte in data:
        if byte >= 200:
            shift = 0 if byte == 255 else byte - 199
        else:
            said.append(MAIL_PIECES[(byte + 61 * shift) % len(MAIL_PIECES)])
    return b"".join(said)
