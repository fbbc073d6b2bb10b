"""What whoever writes rules works with: measure them, compare two versions, find what they miss."""
