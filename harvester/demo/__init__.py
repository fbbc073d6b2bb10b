"""The demo's own world: a folder that is a request, and mail servers that hold the sample replies."""

from harvester.demo.folder import claim, write_demo_config
from harvester.demo.servers import demo_servers
from harvester.demo.whereabouts import Servers

__all__ = ["Servers", "claim", "demo_servers", "write_demo_config"]
