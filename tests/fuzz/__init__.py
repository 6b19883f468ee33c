"""Inputs changed at random, and what must hold: each is read or told, with no traceback, lost row or identity."""
