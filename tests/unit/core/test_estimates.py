from datetime import timedelta

from controller.core.estimates import (
    BYTES_PER_SECOND,
    JOB_STARTS,
    TEMPLATE_BUILD,
    TEMPLATE_RESTORE,
    copy_time,
    in_words,
    template_time,
    template_times,
)


def test_an_empty_database_still_takes_the_starts_of_its_jobs() -> None:
    assert copy_time(0) == JOB_STARTS


def test_time_grows_with_the_size() -> None:
    assert copy_time(BYTES_PER_SECOND * 3600) == JOB_STARTS + timedelta(hours=1)


def test_words_never_promise_nothing() -> None:
    assert in_words(1, timedelta(seconds=1)) == "1 MiB, about 1 min"
    assert in_words(600 * 2**20, timedelta(minutes=10)) == "600 MiB, about 10 min"


def test_restoring_a_template_is_told_as_quicker_than_building_it() -> None:
    assert TEMPLATE_RESTORE < TEMPLATE_BUILD
    assert (template_time(dump_kept=False), template_time(dump_kept=True)) == ("about 3 min", "about 1 min")
    assert template_times() == "about 3 min, or about 1 min when its dump is kept"
