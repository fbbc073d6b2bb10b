"""The text of attached files, read by a process that can do nothing else (guarantees: limits, S11, S27).

``Extractor.text(bytes) -> Extracted``. The bytes decide what a file is, names and declared types only where
bytes cannot tell. Every fault of a file is a status, never an exception.
"""

from harvester.message.documents.confinement import jail
from harvester.message.documents.extractor import Extractor
from harvester.message.documents.transcript import Extracted

__all__ = ["Extracted", "Extractor", "jail"]
