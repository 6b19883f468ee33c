"""How each kind of stop is mended: by an option of the command, on a screen of the page, or as its sentence says."""

from __future__ import annotations

import pickle
import re

import click
import pytest

from betalningsansvar.cli import main
from betalningsansvar.commands import mend as commands
from betalningsansvar.data.stop import StopError
from betalningsansvar.web import mend as web
from tests.stop_examples import every_stop, example_of

KINDS = every_stop()
_OF_THE_PAGE = {
    "BusyError",
    "ChoiceError",
    "FieldsError",
    "NoLedgerChosenError",
    "NoRoleError",
    "NotAllowedError",
    "NotOpenedError",
    "NotSignedOnError",
    "PairingError",
    "PortTakenError",
    "ReadingEndedError",
    "RefusedError",
    "SecretError",
    "SettingsFolderError",
    "SocketTakenError",
    "TooManyBytesError",
    "TooManyJobsError",
    "TooManyUploadsError",
    "TrailError",
}
_IN_THE_FILE_OR_THE_REQUEST = {
    "ControlTotalError",
    "CoverageError",
    "FileUnreadableError",
    "FindingsFileError",
    "InputError",
    "LedgerError",
    "MachineError",
    "NewerSchemaError",
    "NoPaperError",
    "ObjectionsError",
    "ProtectionError",
    "ReadBackError",
    "RequestError",
    "ScenarioError",
    "SharedIdsError",
    "StopError",
    "UnaffectedError",
    "UnknownInvoiceError",
    "UnknownKommunError",
    "WriterDiedError",
    "YearNotOverError",
}
NO_OPTION = _OF_THE_PAGE | _IN_THE_FILE_OR_THE_REQUEST | {"SettingsError"}
"""Their sentence says which file, cell or word to mend, or no command raises them."""
NO_SCREEN = (_OF_THE_PAGE - {"NoLedgerChosenError"}) | _IN_THE_FILE_OR_THE_REQUEST | {
    # The form on which they are told has the field.
    "DataEndsError",
    "ExtractError",
    "HeaderError",
    "MissingCasesError",
    "NoReceiptError",
    "NothingKnownError",
    "NotApprovedError",
    "ObjectionFileError",
    "PlanChangedError",
    # They pass, or are mended by whoever looks after the database.
    "DatabaseError",
    # The page does not raise them: it has no folder, file of secrets, code or copy to give.
    "ClusterError",
    "OutputError",
    "PartError",
    "PlanCodeError",
    "SecretFileError",
    "TargetNotEmptyError",
    "UnknownCaseError",
    "WeakKeyError",
}  # fmt: skip


@pytest.mark.parametrize(
    ("by_name", "none"), [(commands.OPTION_OF, NO_OPTION), (web.SCREENS, NO_SCREEN)], ids=["command", "page"]
)
def test_every_kind_of_stop_has_one_decision(by_name: dict[str, object], none: set[str]) -> None:
    names = {kind.__name__ for kind in KINDS}
    assert set(by_name) | none <= names, "a decision on a kind of stop that is no more"
    decided = {kind.__name__: _decided(kind, by_name) for kind in KINDS}
    assert {name for name, known in decided.items() if known == (name in none)} == set(), "decided twice, or not at all"


def _decided(kind: type[StopError], by_name: dict[str, object]) -> bool:
    by_fact = by_name is commands.OPTION_OF and any(
        getattr(example_of(kind), fact, None) for fact in commands.OPTION_OF_FACT
    )
    return by_fact or any(base.__name__ in by_name for base in kind.__mro__)


def test_an_option_that_is_told_is_one_of_some_command() -> None:
    options: set[str] = set()
    waiting: list[click.Command] = [main]
    while waiting:
        command = waiting.pop()
        options |= {name for parameter in command.params for name in parameter.opts}
        waiting += getattr(command, "commands", {}).values()
    for option, sentence in [*commands.OPTION_OF.values(), *commands.OPTION_OF_FACT.values()]:
        assert set(re.findall(r"--[a-z-]+", sentence)) | {option} <= options, sentence


def test_no_stop_and_no_screen_names_an_option() -> None:
    told = [str(example_of(kind)) for kind in KINDS] + [text for _, text in web.SCREENS.values()]
    assert [text for text in told if re.search(r"(?<![\w-])--[a-z]", text)] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_stop_that_is_sent_to_another_process_arrives_whole(kind: type[StopError]) -> None:
    error = example_of(kind)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind and str(again) == str(error) and vars(again) == vars(error)
