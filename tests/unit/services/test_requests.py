"""How a request travels: what the command line writes is what the operator reads."""

from controller.services import requests
from controller.services.tenants import PARAMETER_ANNOTATIONS, REQUEST_ANNOTATIONS


def test_both_sides_mean_the_same_annotations() -> None:
    written = set(requests.Request("who", "id").annotations())
    assert written == {*REQUEST_ANNOTATIONS.values(), *PARAMETER_ANNOTATIONS.values()}


def test_what_a_request_does_not_say_is_taken_away() -> None:
    annotations = requests.Request("who", "id", reason="why").annotations()
    assert annotations[requests.ANNOTATION_REASON] == "why"
    assert annotations[requests.ANNOTATION_FORCE] is None
    assert annotations[requests.ANNOTATION_PURGE] is None
