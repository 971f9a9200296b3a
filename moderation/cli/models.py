"""`moderation models`: bring a model, check it, choose it, remove it.

What this file decides
- `import` takes a checkpoint, a folder, or `original`, `unbiased`, `multilingual` for files that the operator put into
  `models/incoming/NAME`. Nothing is downloaded.
- `use` also takes `embedded` and `ngrams`; a running service takes up the choice at its next start.
- `verify` without a name checks all, and ends with 1 when one is damaged.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from moderation.scorer_shelf import name_engine
from moderation.scoring.engines import open_engine
from moderation.scoring.importing import find_source, import_model
from moderation.scoring.loading import warm_up
from moderation.scoring.store import ModelStore
from moderation.settings import load_settings

app = typer.Typer(help="Bring, verify and switch models.", no_args_is_help=True)


def _store() -> ModelStore:
    """The store of this installation."""
    return ModelStore(load_settings().data_dir / "models")


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="a checkpoint, its folder, or original, unbiased, multilingual")],
    config: Annotated[Path | None, typer.Option(help="the folder of `config.json` and the tokenizer")] = None,
    name: Annotated[str, typer.Option(help="what to call it here")] = "",
    languages: Annotated[str, typer.Option(help="codes of the languages that it is fit for, with commas")] = "",
) -> None:
    """Clean a Detoxify checkpoint, export it, and compare the two."""
    store = _store()
    found = find_source(source, store, config=config, name=name, languages=languages)
    card = import_model(found, store, lambda step: typer.echo(step, err=True))
    typer.echo(f"{card['name']}: {', '.join(card['labels'])}")
    typer.echo(f"largest difference from Detoxify on 200 comments: {card['parity']['largest_difference']:.1e}")
    typer.echo(f"choose it with `moderation models use {card['name']}`")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False) -> None:
    """Show the models that are here and which one is in use."""
    store = _store()
    models, active = store.list(), name_engine(load_settings(), store)
    if as_json:
        typer.echo(json.dumps({"active": active, "models": [asdict(model) for model in models]}))
        return
    for shipped in ("embedded", "ngrams"):
        typer.echo(f"{'*' if active == shipped else ' '} {shipped:<20} shipped with the package")
    for model in models:
        words = model.fault or f"{model.version}  {model.size / 1e6:.0f} MB  {', '.join(model.languages)}"
        typer.echo(f"{'*' if active.partition('@')[0] == model.name else ' '} {model.name:<20} {words}")


@app.command()
def use(name: Annotated[str, typer.Argument(help="embedded, ngrams, NAME, NAME@openvino or NAME@detoxify")]) -> None:
    """Choose the engine; it is opened and tried first."""
    store = _store()
    scorer = open_engine(name, store)
    warm_up(scorer)
    scorer.close()
    store.use(name)
    typer.echo(f"`{name}` is in use from the next start of the service")


@app.command()
def verify(name: Annotated[str, typer.Argument(help="one model; all when left out")] = "") -> None:
    """Compare files with their cards."""
    store = _store()
    for each in [name] if name else [model.name for model in store.list()]:
        typer.echo(f"{each}: {len(store.verify(each))} files are what the card says")


@app.command()
def remove(name: Annotated[str, typer.Argument(help="the model to delete")]) -> None:
    """Delete a model that is not in use."""
    store = _store()
    store.remove(name)
    typer.echo(f"`{name}` was removed")
