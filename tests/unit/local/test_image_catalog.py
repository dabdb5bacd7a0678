"""The table of recipes: what other parts rely on, and what must never slip in."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.local.errors import LocalError
from provisioning.local.images import REPOSITORY
from provisioning.local.images.catalog import load_recipes, read_recipe
from provisioning.local.images.recipe import CopyLayer, DebianLayer, FilesLayer, Recipe

RECIPES = load_recipes(REPOSITORY)
PINNED = ("odoo-14", "patroni", "postgresql-15", "pgbackrest", "prometheus", "prometheus-alertmanager")


def _packages(recipe: Recipe) -> list[str]:
    return [
        package
        for layer in recipe.layers
        if isinstance(layer, DebianLayer | FilesLayer)
        for package in layer.packages
    ]


def test_every_image_of_the_platform_has_a_recipe() -> None:
    assert set(RECIPES) == {
        *("pause", "odoo-14.0", "postgres", "controller", "envoy", "envoy-gateway", "coredns", "versitygw"),
        *("shared-folder-provisioner", "prometheus", "alertmanager"),
    }


def test_the_sandbox_image_comes_first() -> None:
    assert next(iter(RECIPES)) == "pause"


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_no_image_runs_as_root(name: str) -> None:
    assert not RECIPES[name].user.startswith("0:")


@pytest.mark.parametrize(
    ("name", "account", "number"),
    [("odoo-14.0", "odoo", 10001), ("controller", "shopfleet", 10002), ("postgres", "postgres", 10003)],
)
def test_accounts_have_the_numbers_that_pods_use(name: str, account: str, number: int) -> None:
    base = RECIPES[name].layers[0]
    assert isinstance(base, DebianLayer)
    assert base.accounts == {account: number}
    assert RECIPES[name].user == f"{number}:{number}"


@pytest.mark.parametrize("package", PINNED)
def test_packages_that_matter_are_pinned(package: str) -> None:
    wanted = [one for recipe in RECIPES.values() for one in _packages(recipe)]
    assert [one for one in wanted if one.partition("=")[0] == package]
    assert package not in wanted


def test_our_own_code_is_the_last_layer() -> None:
    for recipe in RECIPES.values():
        kinds = [isinstance(layer, CopyLayer) for layer in recipe.layers]
        assert kinds == sorted(kinds)


def test_no_two_layers_of_an_image_write_one_target() -> None:
    for recipe in RECIPES.values():
        targets = [
            target
            for layer in recipe.layers
            if isinstance(layer, FilesLayer)
            for target in (*layer.take.values(), *layer.binaries.values(), *layer.links)
        ]
        assert len(targets) == len(set(targets)), recipe.name


def test_a_wrong_recipe_names_file_and_field(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('name = "x"\nuser = "odoo"\nentrypoint = ["x"]\nlayers = []\n')
    with pytest.raises(LocalError, match=r"recipe\.toml(?s:.*)user must be <uid>:<gid>"):
        read_recipe(path)


def test_a_release_cannot_take_a_name_of_the_platform(tmp_path: Path) -> None:
    folder = tmp_path / "release" / "images" / "sly"
    folder.mkdir(parents=True)
    source = (REPOSITORY / "release/images/odoo-14.0/recipe.toml").read_text()
    (folder / "recipe.toml").write_text(source.replace('"odoo-14.0"', '"postgres"', 1))
    with pytest.raises(LocalError, match="an image named 'postgres' already"):
        load_recipes(tmp_path)
