"""What addons say, and in which languages: .pot and .po files compared, and brought up to date."""

from pathlib import Path

import polib

LANGUAGES = ("de", "es", "fr")


def said(catalog: polib.POFile) -> set[str]:
    """All texts that are not obsolete."""
    return {entry.msgid for entry in catalog if not entry.obsolete}


def complaints(addon: Path) -> list[str]:
    """What is wrong with the translations of an addon's folder, a sentence each."""
    template = addon / "i18n" / f"{addon.name}.pot"
    if not template.exists():
        return [f"{template.name} is missing"]
    wanted = said(polib.pofile(str(template)))
    return [problem for language in LANGUAGES for problem in _problems(addon / "i18n" / f"{language}.po", wanted)]


def bring_up_to_date(addon: Path, found: polib.POFile) -> None:
    """Write the template anew, and give the languages its texts.

    What was translated stays; what another addon of ours says already is taken from there.
    """
    folder = addon / "i18n"
    folder.mkdir(exist_ok=True)
    found.save(str(folder / f"{addon.name}.pot"))
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        catalog = polib.pofile(str(path)) if path.exists() else polib.POFile()
        catalog.metadata = {**found.metadata, "Language": language}
        catalog.merge(found)
        for entry in catalog.obsolete_entries():
            catalog.remove(entry)
        known = _memory(addon.parent, language)
        for entry in catalog.untranslated_entries():
            entry.msgstr = known.get(entry.msgid, "")
        catalog.save(str(path))


def _memory(addons: Path, language: str) -> dict[str, str]:
    catalogs = [polib.pofile(str(path)) for path in sorted(addons.glob(f"*/i18n/{language}.po"))]
    return {entry.msgid: entry.msgstr for catalog in catalogs for entry in catalog.translated_entries()}


def _problems(path: Path, wanted: set[str]) -> list[str]:
    if not path.exists():
        return [f"{path.name} is missing"]
    catalog = polib.pofile(str(path))
    problems = []
    if missing := wanted - {entry.msgid for entry in catalog.translated_entries()}:
        problems.append(f"{path.name} does not translate {sorted(missing)[:5]}")
    if unknown := said(catalog) - wanted:
        problems.append(f"{path.name} translates what nobody says: {sorted(unknown)[:5]}")
    if fuzzy := [entry.msgid for entry in catalog.fuzzy_entries()]:
        problems.append(f"{path.name} is not sure of {fuzzy[:5]}")
    return problems
