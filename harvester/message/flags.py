"""What may be odd about a mail, in words for staff. docs/flags.md is this file as a page; a test keeps both equal.

A flag never stops the reading. A quarantine code does: the mail is kept and listed, but not read and never answered.
"""

ATTACHMENT = "attachment-"
"""Before the name: the flag is that of a file, shown on the mail too."""

OF_MAIL = {
    "junk-in-headers": "Lines stand between the headers that are none; they were passed over.",
    "no-blank-line-after-headers": "The text follows the headers without the empty line that should part them.",
    "repeated-header": "A header that may stand once stands several times; the first counts.",
    "repeated-parameter": "A part says twice, and differently, what it is; the first counts.",
    "malformed-structure": "The parts are not separated as the mail says; what could be told apart was read.",
    "text-after-end": "Something stands behind the mail's last part, where no mail program shows it; it was not read.",
    "charset-unknown": "The mail names a character set that nobody knows; the letters were guessed from the bytes.",
    "charset-cured": "The mail names the wrong character set; the right one was found from the bytes.",
    "text-damaged": "Some letters were lost before the mail reached us; they are shown as \ufffd.",
    "text-mislabelled": "A text was sent as a picture or a sound; it was read as the text that it is.",
    "damaged-encoding": "A part's encoding is damaged; it was read as far as it goes.",
    "text-cut": "The text is longer than what is classified, or holds endless words; the rules saw its beginning.",
    "links-cut": "The mail and its files hold more links than are listed.",
    "uuencoded": "A file stands in the text in an old form (uuencode); it was left there.",
    "signed": "The mail is signed (PGP or S/MIME); the signature was not checked.",
    "smime": "The mail or a part is an S/MIME envelope. What is only signed was read; what is encrypted was not.",
    "pgp-encrypted": "The mail is encrypted with PGP; it was not opened.",
    "tnef": "Outlook packed the files into a winmail.dat. Their words were read; to open them, ask for them again.",
    "outlook-message": "A mail is attached in Outlook's own form (.msg). Its words were read; only Outlook opens it.",
    "calendar": "The mail holds an invitation or an answer to one.",
    "partial-message": "The mail is one piece of a longer one; the pieces were not put together.",
    "external-body": "A part lies elsewhere and was not fetched.",
    "link-text-mismatch": "A link shows another address than the one it leads to.",
}

OF_FILE = {
    "signature": "The file is the mail's signature, not something to read; nobody is thanked for it.",
    "type-mismatch": "The file is of another kind than the mail says.",
    "large": "The file is larger than what is read; it was kept.",
    "text-cut": "The file's text is longer than what is classified; the rules saw its beginning.",
    "links-cut": "The file holds more links than are listed.",
    "time-spent": "The files before this one used up the time for a mail's files; it was not read.",
    "pages-scanned": "Some pages are pictures without text; look at them.",
    "sheets-hidden": "The workbook has hidden sheets; they were not read.",
    "memory": "Reading the file took more memory than allowed.",
    "archive-entries": "The archive holds more files than allowed.",
    "archive-size": "The archive's content is larger than allowed, or packed too tightly (a bomb).",
    "archive-overlap": "The archive's files lie over each other, as in a bomb.",
    "xml-depth": "The document is nested too deeply.",
    "xml-doctype": "The document defines its own entities, as bombs do; it was not read.",
}

PACKED = "packed-"
"""packed-<status>: what became of the text of a file inside an archive, where it could not be read."""

UNFORESEEN = "unforeseen-"
"""unforeseen-<error>: the file broke its reader in a way nobody thought of; please report it."""

QUARANTINE = {
    "empty": "Nothing is in the mail, or the server gave out nothing.",
    "too-large": "The mail, or all its files together, are larger than [limits] allows: raise it, then `retry`.",
    "header-too-large": "The headers are larger than any honest mail's.",
    "too-many-headers": "There are more headers than in any honest mail.",
    "too-many-parts": "There are more parts or files than [limits] allows.",
    "too-deep": "Parts lie in parts deeper than [limits] allows.",
    "malformed-header": "What should be headers are none, or they are stuffed with encoded words.",
    "malformed-mime": "The structure cannot be told, or what is stored could not be read; the detail says which.",
    "worker-died": "Reading it took too long or too much memory, three times; the detail says which.",
}


def sentence(flag: str) -> str:
    """What a flag says; empty for one that nobody has explained."""
    if flag in OF_MAIL:
        return OF_MAIL[flag]
    name = flag.removeprefix(ATTACHMENT)
    if name.startswith(PACKED):
        return f"A file inside an archive could not be read ({name.removeprefix(PACKED)})."
    if name.startswith(UNFORESEEN):
        return f"A file broke its reader ({name.removeprefix(UNFORESEEN)}); please report it."
    return OF_FILE.get(name, "")
