"""The command ``leakcast``: every face of the program that is not HTTP.

``--json`` writes one JSON object to standard output; progress and logs go to standard error. Exit code 0: did it;
2: the request is wrong, said in plain lines; 1: Leakcast failed.
"""

from __future__ import annotations

import os
import sys
import traceback

import typer
from typer.exceptions import TyperException

from api.cli import bench, demo, doctor, drill, forecast, model, plant, serve, study, substance, validate
from api.cli.say import WrongRequest, error

INTERRUPTED = 130
"""Exit code after Ctrl+C, as shells have it."""

app = typer.Typer(
    name="leakcast",
    help="A digital twin of a hazardous-chemical plant: what leaks, how much, whom it reaches, and what changes that.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(plant.app, name="plant")
app.command("forecast")(forecast.forecast)
app.command("study")(study.study)
app.add_typer(drill.app, name="drill")
app.command("model")(model.model)
app.command("substance")(substance.substance)
app.command("validate")(validate.validate)
app.command("bench")(bench.bench)
app.command("doctor")(doctor.doctor)


@app.callback()
def _root() -> None:
    """Keep subcommands even when there is one."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    try:
        code = app(args=arguments, standalone_mode=False, prog_name="leakcast")
        return int(code or 0)
    except WrongRequest as wrong:
        for line in wrong.lines:
            error(line)
        return 2
    except TyperException as wrong:
        error(wrong.format_message())
        return 2
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as failure:
        if os.environ.get("LEAKCAST_DEBUG"):
            traceback.print_exc()
        error(f"leakcast failed: {type(failure).__name__}: {failure}")
        return 1
