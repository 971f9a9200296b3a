"""`moderation models`: bring a model, check it, choose it, remove it.

What this file decides
- `import` takes a checkpoint, a folder, or `original`, `unbiased`, `multilingual` for files that the operator put into
  `models/incoming/NAME`. Nothing is downloaded.
- `use` also takes `embedded` and `ngrams`; a running service takes up the choice at its next start, that of a single site at
  once.
- `verify` without a name checks all, the shipped ones too, tells of each, and ends with 1 when one is damaged.
- A model that the settings or a site name cannot be removed: the next start would hold everything.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from moderation.cli.output import say
from moderation.scorer_shelf import choose_engines, name_engine
from moderation.scoring.engines import open_engine
from moderation.scoring.importing import find_source, import_model
from moderation.scoring.loading import open_warm
from moderation.scoring.scorer import ModelDamaged
from moderation.scoring.store import SHIPPED, ModelInUse, ModelStore, model_of
from moderation.settings import Settings, load_settings

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
    for shipped in SHIPPED:
        typer.echo(f"{'*' if model_of(active) == shipped else ' '} {shipped:<20} shipped with the package")
    for model in models:
        words = model.fault or f"{model.version}  {model.size / 1e6:.0f} MB  {', '.join(model.languages)}"
        typer.echo(f"{'*' if model_of(active) == model.name else ' '} {model.name:<20} {words}")


@app.command()
def use(
    name: Annotated[str, typer.Argument(help="embedded, ngrams, NAME, NAME@openvino or NAME@detoxify")] = "",
    site: Annotated[str, typer.Option(help="for this site alone; without NAME it has the engine of all again")] = "",
) -> None:
    """Choose the engine, for all or for one site; it is opened and tried first."""
    if not name and not site:
        raise typer.BadParameter("give the NAME of an engine")
    settings, store = load_settings(), _store()
    if name:
        open_warm(lambda: open_engine(name, store)).close()
    if site:
        _use_for_site(settings, site, name)
        return
    store.use(name)
    if (first := name_engine(settings, store)) == name:
        typer.echo(f"`{name}` is in use from the next start of the service")
    else:
        typer.echo(f"`{name}` is chosen, but `MODERATION_ENGINE` is set to `{first}` and wins")


def _use_for_site(settings: Settings, site: str, name: str) -> None:
    from moderation.storage.migrate import open_current
    from moderation.storage.sites import change_site

    database = open_current(settings.database)
    change_site(database, site, engine=name or None)
    database.close()
    typer.echo(f"`{name}` judges the comments of `{site}` from now on" if name else f"`{site}` has the engine of all")


@app.command()
def verify(name: Annotated[str, typer.Argument(help="one model; all when left out")] = "") -> None:
    """Compare files with their cards."""
    store, damaged = _store(), False
    for each in [name] if name else [*SHIPPED, *(model.name for model in store.list())]:
        try:
            typer.echo(f"{each}: {len(store.verify(each))} files are what the card says")
        except ModelDamaged as fault:
            damaged = True
            say(f"{each}: {fault.message}")
    if damaged:
        say(f"  hint: {ModelDamaged.hint}")
        raise typer.Exit(1)


@app.command()
def remove(name: Annotated[str, typer.Argument(help="the model to delete")]) -> None:
    """Delete a model that is not in use."""
    settings, store = load_settings(), _store()
    if name in SHIPPED:
        raise ModelInUse(
            f"`{name}` ships with the package and stays", hint="choose another with `moderation models use`"
        )
    store.path(name)
    for engine, who in _named(settings, store).items():
        if model_of(engine) == name and engine != store.active():
            raise ModelInUse(f"the model `{name}` is in use by {who}", hint="name another one there first")
    store.remove(name)
    typer.echo(f"`{name}` was removed")


def _named(settings: Settings, store: ModelStore) -> dict[str, str]:
    """Every engine that is named somewhere, with who names it."""
    from moderation.storage.migrate import NotMigrated, open_current
    from moderation.storage.sites import list_sites

    found = dict.fromkeys(choose_engines(settings, store).names(), "the settings")
    try:
        database = open_current(settings.database)
    except NotMigrated:
        return found
    found |= {site.engine: f"the site `{site.id}`" for site in list_sites(database) if site.engine}
    database.close()
    return found
