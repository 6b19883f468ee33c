"""What every test shares: the same random examples on every machine, and no time limit for a slow one."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")
