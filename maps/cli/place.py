"""``durand place``: what a place name can mean."""

from __future__ import annotations

import click

from maps.cli.console import told_formulas

__all__ = ["place"]

_SHOWN = ("score", "matched", "place_id", "label", "kind", "adm1", "population", "precision_m", "read")


@click.command()
@click.argument("name")
@click.option("--country", metavar="AF|PK", help="Only places of this country, by code or name.")
@click.option(
    "--province", metavar="NAME", help="Only places of this province: its name, or a code like AF-PKA."
)
@click.option(
    "--kind", type=click.Choice(["country", "province", "district", "town", "site"]), help="Only such places."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="At most so many rows."
)
@click.option("--strict", is_flag=True, help="One place, or an error that lists the candidates.")
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True
)
def place(
    name: str,
    country: str | None,
    province: str | None,
    kind: str | None,
    limit: int,
    strict: bool,
    form: str,
) -> None:
    """Places that NAME can mean, the likeliest first, with position and precision.

    NAME is in Latin or Arabic script; put it in quotes if it has spaces. Nothing is guessed: all candidates
    are listed, and --strict refuses a name that means more than one place.
    """
    import pandas as pd

    import geo

    asked = {"country": country, "adm1": province, "kind": kind}
    if strict:
        only = geo.resolve_place(name, **asked)  # type: ignore[arg-type]
        found = geo.find_place(name, **asked, limit=10_000)  # type: ignore[arg-type]
        found = found[found["place_id"] == only.place_id]
    else:
        found = geo.find_place(name, **asked, limit=limit)  # type: ignore[arg-type]
        if found.empty:
            raise geo.PlaceError(f"no place is called {name!r}, or anything like it")
    table = pd.DataFrame(found.drop(columns="geometry")).assign(
        lon=found.geometry.x.round(5), lat=found.geometry.y.round(5)
    )
    if form == "json":
        click.echo(table.to_json(orient="records", force_ascii=False, indent=1))
        return
    if form == "csv":
        from geo.files.csv_injection import neutralise_formulas
        from geo.files.csv_text import csv_text

        click.echo(csv_text(table), nl=False)
        told_formulas(neutralise_formulas(table)[1], "the table of places")
        return
    shown = table[[*_SHOWN, "lon", "lat"]].astype("object")
    cells = [list(shown.columns), *([_cell(value) for value in row] for row in shown.to_numpy())]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    import pandas as pd

    if pd.isna(value):
        return "-"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
