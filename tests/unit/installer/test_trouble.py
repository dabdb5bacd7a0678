"""Why a pod does not run."""

from provisioning.installer.trouble import CRASHES, find_trouble
from provisioning.meta import Manifest


def pod(name: str = "pod", waiting: Manifest | None = None, **status: object) -> Manifest:
    container = {"name": "main", "state": {"waiting": waiting} if waiting else {"running": {}}, **status}
    return {"metadata": {"name": name}, "status": {"containerStatuses": [container]}}


def test_a_running_pod_is_in_no_trouble() -> None:
    assert find_trouble([pod()]) is None
    assert find_trouble([pod(waiting={"reason": "ContainerCreating"})]) is None


def test_an_image_of_ours_that_is_not_on_the_node_will_never_come() -> None:
    image = "shopfleet.local/postgres:0123456789ab"
    found = find_trouble([pod(waiting={"reason": "ErrImagePull", "message": "long"}, image=image)])
    assert found is not None
    assert found.hopeless
    assert str(found) == f"pod pod, container main: ErrImagePull: {image} is not on the node"


def test_an_image_of_a_registry_may_still_come() -> None:
    found = find_trouble([pod(waiting={"reason": "ImagePullBackOff"}, image="registry.example.com/x:1")])
    assert found is not None
    assert not found.hopeless


def test_a_crash_tells_the_last_words_and_is_forgiven_a_few_times() -> None:
    def crashed(times: int) -> Manifest:
        return pod(
            waiting={"reason": "CrashLoopBackOff", "message": "back-off"},
            restartCount=times,
            lastState={"terminated": {"message": "no such file\n"}},
        )

    first, last = find_trouble([crashed(1)]), find_trouble([crashed(CRASHES)])
    assert first is not None
    assert last is not None
    assert (first.hopeless, last.hopeless) == (False, True)
    assert last.message == "no such file"
    assert last.has_log


def test_a_pod_without_a_node_says_why() -> None:
    condition = {"type": "PodScheduled", "status": "False", "message": "Insufficient memory"}
    found = find_trouble([{"metadata": {"name": "pod"}, "status": {"conditions": [condition]}}])
    assert found is not None
    assert "Insufficient memory" in str(found)


def test_a_pod_that_is_going_is_not_looked_at_and_the_worst_comes_first() -> None:
    going = pod("old", {"reason": "ErrImageNeverPull"}, image="shopfleet.local/x:1")
    going["metadata"]["deletionTimestamp"] = "2026-03-01T00:00:00Z"
    soft = pod("soft", {"reason": "CreateContainerConfigError"})
    hard = pod("hard", {"reason": "ErrImageNeverPull"}, image="shopfleet.local/x:1")
    found = find_trouble([going, soft, hard])
    assert found is not None
    assert found.pod == "hard"
