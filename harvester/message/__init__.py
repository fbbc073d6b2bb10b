"""bytes -> Message: headers, bodies, files, links, and whose words are whose."""

from harvester.message.reader import Reader, headers_only

__all__ = ["Reader", "headers_only"]
