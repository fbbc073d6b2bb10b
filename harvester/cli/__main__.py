"""``python -m harvester.cli``"""

from harvester.cli.program import main

main()
