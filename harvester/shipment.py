"""What ships with the program besides code: rules, templates, settings, the request's text, sample replies."""

from importlib.resources import files
from pathlib import Path


def shipped() -> Path:
    """Where it lies: in the wheel, or the source tree around it."""
    packed = Path(str(files("harvester"))) / "shipped"
    return packed if packed.is_dir() else Path(str(files("harvester"))).parent
