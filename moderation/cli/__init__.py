"""The operator's door: `moderation COMMAND`.

What this file decides
- A command is a file of this folder with a Typer `app`; it is imported when asked for, so that a quick command is quick.
- Results go to stdout, messages to stderr. 0 is done, 1 is no, 2 is wrong use, 130 is Ctrl-C.
- An error that we foresaw shows its message and what to do next; any other shows where it happened, but not its words, since
  those may hold what a reader wrote.
"""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from moderation import __version__
from moderation.cli.output import problem_of, say_problem

# name -> what it does; the file is the name with `_` for `-`
COMMANDS: Final[dict[str, str]] = {
    "check": "Judge a comment, or a file of comments, without a server and without a database.",
    "score": "Say how probably each text is harmful, and where.",
    "explain": "Show what a text scores and which words carry it.",
    "models": "Bring, verify, choose and remove models.",
    "demo": "Fill the demo site with lifelike comments, so that every page can be seen full.",
    "first-run": "Prepare a fresh folder: database, keys, a demo site and a first moderator.",
    "serve": "Take comments over HTTP and show moderators their queue.",
    "worker": "Do the work beside the requests: callbacks, settled verdicts, checkpoints, housekeeping.",
    "db": "Bring the database to this release.",
    "site": "Add and list sites.",
    "user": "Add people and make links by which they sign in.",
    "keys": "Make, list and revoke the keys of a site.",
    "callbacks": "Add, rotate, switch and test a site's callbacks; send lost ones again.",
    "coral": "Bring, make, rotate and revoke the secrets of a site's Coral.",
    "policy": "Look for faults in a policy, explain a decision, try a policy on past comments.",
    "import": "Bring an archive with its human decisions, so that a replay works on the first day.",
    "settings": "Show every setting with its value and meaning.",
    "doctor": "Look at everything that can be wrong with this installation.",
    "vault": "Mint, guard and destroy the keys that open sealed senders.",
    "evidence": "Verify the log, answer lawful requests, serve readers' rights.",
    "backup": "Write an encrypted copy of the database while the service runs.",
    "restore": "Put an encrypted copy into an empty place.",
}
REMOVED: Final = frozenset({"install_completion", "show_completion"})


def load_command(name: str) -> Any:
    """Import one command."""
    sub = import_module(f"moderation.cli.{name.replace('-', '_')}").app
    sub.rich_markup_mode = None  # plain help: it reads the same in a pipe, and the README is compared with it
    command = get_command(sub)
    command.name = name
    command.params = [param for param in command.params if param.name not in REMOVED]
    return command


class LazyCommands(TyperGroup):
    """The commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """One command, imported now."""
        return load_command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an error that we foresaw, or one of a file or of the database, becomes a message and exit code 1."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if (problem := problem_of(error)) is None:
                raise
            say_problem(problem)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=LazyCommands,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A self-hosted engine that guards the comment section of a news site.",
)


def _show_version(*, asked: bool) -> None:
    if asked:
        sys.stdout.write(f"moderation {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    *, version: bool = typer.Option(False, "--version", callback=lambda v: _show_version(asked=v), is_eager=True)
) -> None:
    pass


def main() -> None:
    """Run the command line; never returns."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # whatever the locale says, and half characters as escapes
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="moderation")
    except Exception as problem:  # noqa: BLE001 - the last line before the terminal
        frames = "".join(traceback.format_tb(problem.__traceback__)[-3:])
        sys.stderr.write(f"{frames}moderation: internal error `{type(problem).__name__}`\n")
        sys.stderr.write("  hint: run `moderation doctor`; if that is clean, report the lines above\n")
        raise SystemExit(1) from None
