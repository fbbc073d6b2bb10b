"""Backups: made while runs go on, and put back on an empty machine so that nobody is answered twice."""
