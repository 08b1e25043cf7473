"""The `codekit` command: global options, lazy commands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

import codekit
from codekit.cli.context import State
from codekit.errors import CodekitError

_COMMANDS = {
    "run": "Code clinical notes: files, folders or standard input.",
    "search": "Look a term up in the index.",
    "show": "Show a code: title, path, notes, 7th characters, index terms.",
    "guidelines": "Show the official guidelines for a code, a section or some words.",
    "conventions": "List the rules that the code reconciler applies.",
    "validate": "Check a set of codes.",
    "eval": "Measure the coder on labelled notes.",
    "editions": "Fetch, add, list, show, compare, embed or remove compiled editions.",
    "update": "Bring the default edition to the newest release, for a scheduler.",
    "compare": "Say what changed between two files of results.",
    "verify": "Compare saved results with what is installed here, or make them again.",
    "plugins": "List the plugins, and why one did not load.",
    "new-plugin": "Write a plugin for a code system of your own.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the commands in the order in which the help prints them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"codekit.cli.{cmd_name.replace('-', '_')}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Print the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command, and turn what it raises into a message and an exit status."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (KeyboardInterrupt, click.Abort):
            click.echo("interrupted", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            _leave_closed_pipe()
            ctx.exit(1)
        except Exception as error:
            ctx.exit(_report(error, debug=ctx.params["debug"]))
        return result


def _leave_closed_pipe() -> None:
    """Stop writing to a reader that has gone, such as `head`, also when Python flushes at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, CodekitError):
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"error: {where}{error.strerror or type(error).__name__}", err=True)
        return 1
    # the message of a foreign error may quote a note, so only its kind is told
    advice = "" if debug else "; --debug shows where, and may show text of the note"
    click.echo(f"error: unexpected {type(error).__name__}{advice}", err=True)
    return 1


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(codekit.__version__, prog_name="codekit")
@click.option(
    "-s",
    "--system",
    envvar="CODEKIT_SYSTEM",
    show_envvar=True,
    help="Code system, as `codekit plugins` lists them; may be left out while only one is ready for use.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no notices on standard error.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(ctx: click.Context, system: str | None, quiet: bool, debug: bool) -> None:
    """Turn clinical notes into classification codes, with evidence for every code.

    A coder's aid: what it proposes is to be reviewed by a certified coder. Compiled editions are kept in
    the user's data directory, or in the folder that CODEKIT_HOME names.
    """
    ctx.obj = State(system_id=system, quiet=quiet, debug=debug)


def main() -> None:
    """Run the command line and end the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli(prog_name="codekit")
