"""What we were given to keep: ``verify`` proves that it is still as it came."""
