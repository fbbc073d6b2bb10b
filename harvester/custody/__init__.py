"""What we were given to keep: is it still as it came, and how it goes when it must.

``verify`` proves that nothing changed; ``erasure`` removes a person's words everywhere and leaves a tombstone.
"""
