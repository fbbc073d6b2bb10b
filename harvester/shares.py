"""Shares and how sure they are."""

import math

Z = 1.96  # of the normal distribution, for 95 %


def wilson(hits: float, of: float) -> list[float] | None:
    """The interval in which the true share lies with 95 % certainty (Wilson, 1927); None of nothing.

    ``of`` may be an effective sample size and need not be whole.
    """
    if not of:
        return None
    share = hits / of
    middle = share + Z * Z / (2 * of)
    spread = Z * math.sqrt(max(0.0, share * (1 - share)) / of + Z * Z / (4 * of * of))
    whole = 1 + Z * Z / of
    return [round(max(0.0, (middle - spread) / whole), 4), round(min(1.0, (middle + spread) / whole), 4)]
