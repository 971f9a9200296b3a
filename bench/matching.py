"""Write the rates of the evasion and innocence tables into docs/matching.md: `python -m bench.matching`."""

from pathlib import Path

from tests.checks.tables import EVASIONS, INNOCENTS, WAVES, is_hit, rates, rows, share

PAGE = Path(__file__).parents[1] / "docs" / "matching.md"
BEGIN, END = "<!-- rates: written by python -m bench.matching -->", "<!-- end of rates -->"


def main() -> None:
    lines = ["", "| wave | evasions found | innocents hit |", "| --- | --- | --- |"]
    for wave in WAVES:
        found, hit = share(EVASIONS, wave), share(INNOCENTS, wave)
        lines.append(f"| {wave} | {found[0]} of {found[1]} | {hit[0]} of {hit[1]} |")
    for title, name in (("Evasions found", EVASIONS), ("Innocents hit", INNOCENTS)):
        lines += ["", f"| {title}: family | wave | hit | rows |", "| --- | --- | --- | --- |"]
        lines += [f"| {rate.family} | {rate.wave} | {rate.hit} | {rate.rows} |" for rate in rates(name)]
    lines += ["", "Missed evasions: " + listed(EVASIONS, wanted=False) + "."]
    lines += ["", "Innocents hit: " + listed(INNOCENTS, wanted=True) + ".", ""]
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n".join(lines) + END + after, encoding="utf-8")
    print("\n".join(lines))


def listed(name: str, *, wanted: bool) -> str:
    """The rows of a table that are hit, or those that are not."""
    return ", ".join(f"`{text}`" for _, _, text in rows(name) if is_hit(text) is wanted) or "none"


if __name__ == "__main__":
    main()
