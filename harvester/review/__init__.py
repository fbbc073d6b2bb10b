"""The staff's web pages: the classified inbox, one reply, reviews, audits, the overview, what leaves the house.

``app.py`` puts it together, ``ways.py`` is the table of every route and who may go it, ``guard.py`` lets in. A page is
a plain function from a Visit to a Response; it reads and writes through ``harvester.store`` alone.
"""
