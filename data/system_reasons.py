"""What the operating system says of a file or a folder, in Swedish."""

from __future__ import annotations

import errno

from betalningsansvar.data.stop import StopError

_SAID = {
    "ENOSPC": "disken är full",
    "EDQUOT": "utrymmet som du får använda är slut",
    "EFBIG": "filen blir större än disken tillåter",
    "EACCES": "du saknar rätt till platsen",
    "EPERM": "du saknar rätt till platsen",
    "EROFS": "platsen är skrivskyddad",
    "EIO": "disken svarar med fel",
    "ENOENT": "filen eller mappen finns inte",
    "EEXIST": "där finns redan något med det namnet",
    "ENOTDIR": "en del av sökvägen är en fil och inte en mapp",
    "EISDIR": "där är en mapp",
    "ENOTEMPTY": "mappen är inte tom",
    "ENAMETOOLONG": "namnet är för långt",
    "ELOOP": "länkarna går i cirkel",
    "EMFILE": "för många filer är öppna",
    "ENFILE": "för många filer är öppna",
    "EBUSY": "ett annat program använder den",
    "ETXTBSY": "ett annat program använder den",
    "EADDRINUSE": "adressen är upptagen",
    "ENOMEM": "minnet är slut",
}


def reason(error: OSError) -> str:
    """Why, as part of a sentence; what is not foreseen is told by the system's own name for it, e.g. `ENODEV`."""
    if error.errno is None:
        return str(error).rstrip(".") or type(error).__name__
    code = errno.errorcode.get(error.errno, type(error).__name__)
    return _SAID.get(code, code)


_OF_THE_MACHINE = ("ENOSPC", "EDQUOT", "EROFS", "EIO", "ENOMEM", "EMFILE", "ENFILE")


class MachineError(StopError):
    """The computer stops the work, wherever it was; neither data nor program is at fault. `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Datorn kunde inte göra klart arbetet: {reason}. Se över dess disk och minne, och försök igen. "
            "Det som fanns förut finns kvar."
        )


def machine_error(error: BaseException) -> MachineError | None:
    """What to tell where an error comes of the computer itself, else None."""
    if not isinstance(error, OSError) or errno.errorcode.get(error.errno or 0) not in _OF_THE_MACHINE:
        return None
    return MachineError(reason(error))
