"""`tenant create` and `tenant clone`, from the first check to the password."""

import json
from pathlib import Path

import pytest

from controller.core.ports import Ref
from controller.errors import ConflictError, ExitCode, RefusedError, UnavailableError
from controller.services.resources import Resources
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE
from provisioning.names import TemplateNames
from provisioning.procedure import Procedure
from provisioning.release import Release, Variant, template_digest
from tests.support import samples
from tests.unit.cli.world import PASSWORD, World, make_world, pending

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def test_create_ends_with_address_and_the_password_shown_once(world: World) -> None:
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.OK, result.output
    assert "https://northlight.shops.localhost" in result.stdout
    assert PASSWORD in result.stdout
    assert "shown once" in result.stderr
    assert pending(world.kube) == []


def test_every_step_is_told_on_the_way(world: World) -> None:
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    for step in ("validate", "database", "serve", "verify"):
        assert f"✓ {step}" in result.stderr


def test_create_from_the_examples(world: World) -> None:
    for example in ("northlight", "atelier-rua"):
        made = world.json("tenant", "create", "-f", str(EXAMPLES / f"{example}.yaml"))
        assert made["password"] == PASSWORD
        assert made["url"] == f"https://{example}.shops.localhost"
    assert len(world.tenant("northlight").spec.stores) > 20


def test_bundles_are_chosen_by_options_and_shown(world: World) -> None:
    chosen = ("--bundle", "storeNetwork", "--bundle", "wholesale")
    result = world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", *chosen, "--dry-run")
    assert "bundles: storeNetwork, wholesale" in result.stdout + result.stderr
    world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", *chosen)
    assert world.tenant("rua").spec.bundles == ("storeNetwork", "wholesale")
    assert world.json("tenant", "show", "rua")["bundles"] == ["storeNetwork", "wholesale"]


def test_a_bundle_that_there_is_not_is_refused_with_those_that_there_are(world: World) -> None:
    result = world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", "--bundle", "rental")
    assert result.exit_code == ExitCode.USAGE
    assert "spec.bundles: release 14.0 has no rental" in result.stderr
    assert "ecommerce, storeNetwork, wholesale" in result.stderr


def test_options_win_over_the_file(world: World) -> None:
    world.run(
        "tenant", "create", "rua2", "-f", str(EXAMPLES / "atelier-rua.yaml"), "--hostname", "r2.shops.localhost"
    )
    tenant = world.tenant("rua2")
    assert tenant.spec.hostnames == ("r2.shops.localhost",)
    assert tenant.spec.languages == ("pt_PT", "en_US")


def upgraded(world: World, *, marked: bool) -> None:
    """A second release, as an upgrade brings it."""
    newer = samples.release(modules=["account"], languages=["en_US"]).manifest()
    newer["metadata"] = {
        "name": "14.0-ab12cd34",
        "annotations": newer["metadata"]["annotations"] if marked else {},
    }
    world.clock.advance(60)
    world.kube.create(newer)


@pytest.mark.parametrize("way", ["options", "file"])
def test_without_a_release_the_default_one_is_taken_and_the_plan_says_why(
    world: World, tmp_path: Path, way: str
) -> None:
    upgraded(world, marked=True)
    file = tmp_path / "rua.yaml"
    spec = {"country": "FR", "plan": "small"}
    file.write_text(json.dumps({"apiVersion": API_VERSION, "kind": "Tenant", "spec": spec}))
    given = ("-f", str(file)) if way == "file" else ("--country", "FR", "--plan", "small")
    planned = world.run("tenant", "create", "rua", *given, "--dry-run")
    assert "release: 14.0-ab12cd34 (the newest of 2 that are marked as default)" in planned.stdout
    world.run("tenant", "create", "rua", *given)
    assert world.tenant("rua").spec.release == "14.0-ab12cd34"


def test_a_release_that_is_named_is_the_one_it_gets_and_needs_no_reason(world: World) -> None:
    upgraded(world, marked=True)
    options = ("--country", "FR", "--plan", "small", "--release", "14.0", "--dry-run")
    assert "release: 14.0, " in world.run("tenant", "create", "rua", *options).stdout


def test_of_releases_without_a_mark_somebody_has_to_choose(world: World) -> None:
    upgraded(world, marked=False)
    world.kube.patch(Ref(API_VERSION, "Release", "14.0"), {"metadata": {"annotations": None}})
    result = world.run("tenant", "create", "rua", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.USAGE
    assert "choose one of: 14.0, 14.0-ab12cd34" in result.stderr
    assert "kubectl annotate release NAME shopfleet.dev/default-release=true" in result.stderr


def test_the_request_travels_with_the_tenant(world: World) -> None:
    world.run(
        "tenant", "create", "northlight", "--country", "FR", "--plan", "small", "--no-wait",
        "--reason", "ticket 7", "--on-behalf-of", "retailer@example.com",
    )  # fmt: skip
    annotations = world.tenant("northlight").metadata.annotations
    assert annotations["shopfleet.dev/requested-by"] == "tester"
    assert annotations["shopfleet.dev/reason"] == "ticket 7"
    assert annotations["shopfleet.dev/on-behalf-of"] == "retailer@example.com"
    record = world.audit()[0]
    assert (record["action"], record["tenant"], record["result"]) == ("tenant.create", "northlight", "requested")
    assert record["requestId"] == annotations["shopfleet.dev/request-id"]


def test_without_waiting_it_says_how_to_watch(world: World) -> None:
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small", "--no-wait")
    assert result.exit_code == ExitCode.OK
    assert "shopfleet procedure list --tenant northlight" in result.stderr
    assert PASSWORD not in result.output


def test_dry_run_names_steps_and_objects_and_changes_nothing(world: World) -> None:
    plan = world.json("tenant", "create", "northlight", "--country", "FR", "--plan", "small", "--dry-run")
    assert [step["name"] for step in plan["steps"]][:2] == ["validate", "template"]
    assert any(name.startswith("Deployment sf-") for name in plan["objects"])
    assert any(name.startswith("PostgreSQL database and role t_") for name in plan["objects"])
    assert plan["problems"] == []
    assert world.changes() == []
    assert world.audit() == []


def build_of_template(world: World, phase: str, message: str = "") -> None:
    """The record of the template's build for a shop in France, as the operator leaves it."""
    found = Resources(world.kube).need(Release, "14.0")
    variant = Variant(country="FR", languages=("en_US",))
    name = TemplateNames(template_digest(found.spec, None), variant.digest).build_on("default")
    spec = {"kind": "BuildTemplate", "tenant": "x", "requestedBy": "ana", "requestId": "r1"}
    world.kube.seed(
        {
            "apiVersion": API_VERSION,
            "kind": Procedure.KIND,
            "metadata": {"name": name, "namespace": SYSTEM_NAMESPACE},
            "spec": spec,
            "status": {"phase": phase, "message": message},
        }
    )


def remark(world: World) -> str | None:
    plan = world.json("tenant", "create", "northlight", "--country", "FR", "--plan", "small", "--dry-run")
    (found,) = [step["remark"] for step in plan["steps"] if step["name"] == "template"]
    assert not [step for step in plan["steps"] if step["remark"] and step["name"] != "template"]
    return str(found) if found else None


def test_the_plan_says_that_the_first_of_a_variant_waits_and_how_long(world: World) -> None:
    expected = (
        "FR with en_US has no template on default yet, so that comes first: about 3 min, or about 1 min when"
    )
    assert (remark(world) or "").startswith(expected)
    words = ("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    assert expected in world.run(*words, "--dry-run").stdout
    assert expected in world.run(*words).stderr


@pytest.mark.parametrize(
    ("phase", "says"),
    [
        ("Running", "the template is being built, which takes about 3 min"),
        ("Queued", "the template is being built"),
        ("Failed", "the template could not be built: no room; see: shopfleet procedure show template-"),
    ],
)
def test_the_plan_says_how_the_template_s_build_stands(world: World, phase: str, says: str) -> None:
    build_of_template(world, phase, "no room")
    assert says in (remark(world) or "")


def test_the_plan_says_nothing_of_a_template_that_is_there(world: World) -> None:
    build_of_template(world, "Succeeded")
    assert remark(world) is None


def test_who_may_not_look_at_builds_is_told_what_may_be(world: World) -> None:
    world.kube.faults.fail("get", RefusedError("User x may not get procedures."), nth=1)
    said = world.run("tenant", "create", "a", "--country", "FR", "--plan", "small", "--dry-run").stdout
    assert "the first tenant of its country, languages and currency waits for the template: about 3 min" in said


def test_dry_run_shows_problems_and_fails(world: World) -> None:
    result = world.run("tenant", "create", "x", "--country", "FR", "--plan", "huge", "--dry-run")
    assert result.exit_code == ExitCode.USAGE
    assert "there is no plan 'huge'" in result.stdout
    assert world.changes() == []


def test_a_failed_creation_says_how_to_go_on(world: World) -> None:
    world.operator.failing["template"] = "Job build: image cannot be pulled"
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.FAILED
    assert "image cannot be pulled" in result.stderr
    assert "shopfleet procedure retry northlight-create-" in result.stderr


def test_without_an_operator_it_points_to_doctor_and_gives_up_in_time() -> None:
    world = make_world(with_operator=False)
    result = world.run("tenant", "create", "a", "--country", "FR", "--plan", "small", "--timeout", "60")
    assert result.exit_code == ExitCode.TIMED_OUT
    assert "shopfleet doctor" in result.stderr
    assert "the work goes on" in result.stderr


def test_ctrl_c_says_that_the_work_goes_on(world: World) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    world.clock.meanwhile.append(interrupt)
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.INTERRUPTED
    assert "the work goes on" in result.stderr
    assert "shopfleet procedure" in result.stderr


def test_a_lost_answer_while_watching_is_survived(world: World) -> None:
    lost = [UnavailableError("the API server restarts")]

    def lose_one() -> None:
        if lost:
            world.kube.faults.fail("list", lost.pop())

    world.clock.meanwhile.append(lose_one)
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.OK, result.output
    assert "no answer, trying again" in result.stderr


def test_two_at_once_with_one_name(world: World) -> None:
    world.kube.faults.fail("create", ConflictError("Cannot create: it exists already."), nth=2)
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.CONFLICT
    assert [record["result"].partition(":")[0] for record in world.audit()] == ["requested", "failed"]


def test_nothing_happens_without_an_audit_record(world: World) -> None:
    world.kube.faults.fail("create", RefusedError("User x may not create auditrecords"))
    result = world.run("tenant", "create", "northlight", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.REFUSED
    assert "nothing was changed" in result.stderr
    assert world.kube.objects("Tenant") == []


def test_clone_is_staging_and_neutral(shop: World) -> None:
    made = shop.json("tenant", "clone", "northlight", "copy")
    assert made["kind"] == "Clone"
    clone = shop.tenant("copy")
    assert clone.spec.environment.value == "staging"
    assert clone.spec.clone_of is not None
    assert not clone.spec.clone_of.as_production
    assert clone.spec.hostnames == ("copy.shops.localhost",)
    assert clone.spec.id != shop.tenant("northlight").spec.id


def test_clone_as_production_warns_and_asks(shop: World) -> None:
    words = ("tenant", "clone", "northlight", "copy", "--as-production")
    refused = shop.run(*words, answer="n\n")
    assert refused.exit_code == ExitCode.USAGE
    assert shop.changes() == []
    done = shop.run(*words, answer="y\n")
    assert done.exit_code == ExitCode.OK, done.output
    assert "not neutralised" in done.stderr
    assert shop.tenant("copy").spec.environment.value == "production"


def test_password_is_never_in_json_of_a_dry_run_or_list(shop: World) -> None:
    assert PASSWORD not in json.dumps(shop.json("tenant", "list"))
    assert PASSWORD not in json.dumps(shop.json("tenant", "show", "northlight"))
