"""The differences between Odoo's series that the platform relies on."""

import pytest

from provisioning.series import SERIES, UnknownSeriesError, series_of

ALL = ("14.0", "15.0", "16.0", "17.0", "18.0", "19.0")


def test_every_series_from_14_to_19_is_known() -> None:
    assert tuple(SERIES) == ALL
    assert [series_of(name).major for name in ALL] == [14, 15, 16, 17, 18, 19]


@pytest.mark.parametrize("name", ["13.0", "20.0", "14", "", "saas-16.3"])
def test_an_unknown_series_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownSeriesError, match=r"supported are 14\.0, .*19\.0"):
        series_of(name)


def changes(attribute: str) -> list[object]:
    """The attribute's value in each series, in order."""
    return [getattr(series_of(name), attribute) for name in ALL]


def test_push_moved_from_longpolling_to_websocket_in_16() -> None:
    assert changes("push_paths") == [("/longpolling",)] * 2 + [("/websocket",)] * 4
    assert changes("push_port_option") == ["longpolling_port"] * 2 + ["gevent_port"] * 4
    assert changes("push_health_path") == [None, "/longpolling/health"] + ["/websocket/health"] * 4


def test_health_pages() -> None:
    assert changes("web_health_path") == [None] + ["/web/health"] * 5


def test_sessions_live_90_days_up_to_15_then_7() -> None:
    assert [series_of(name).session_seconds // 86_400 for name in ALL] == [90, 90, 7, 7, 7, 7]


def test_connections() -> None:
    assert changes("db_maxconn_gevent") == [False, False, False, True, True, True]
    assert changes("cron_listens") == [False] + [True] * 5
    assert changes("names_connections") == [False, False, True, True, True, True]


def test_neutralising_is_odoos_own_from_16() -> None:
    assert changes("neutralize") == [False, False, True, True, True, True]


def test_renamed_tables_and_columns() -> None:
    assert changes("payment_table") == ["payment_acquirer"] * 2 + ["payment_provider"] * 4
    assert changes("presence_table") == ["bus_presence"] * 5 + ["mail_presence"]
    assert changes("partner_shown_name") == ["display_name"] * 3 + ["complete_name"] * 3


def test_promotions_became_loyalty_in_16() -> None:
    assert changes("promotion_module") == ["sale_coupon"] * 2 + ["sale_loyalty"] * 4
    assert changes("promotion_model") == ["coupon.program"] * 2 + ["loyalty.program"] * 4


def test_storable_products() -> None:
    expressions = [dict(series_of(name).storable_product) for name in ALL]
    assert expressions[0] == {"type": "product"}
    assert expressions[1:4] == [{"detailed_type": "product"}] * 3
    assert expressions[4:] == [{"type": "consu", "is_storable": True}] * 2


def test_every_series_runs_on_the_oldest_server_the_platform_supports() -> None:
    assert changes("min_postgresql") == [13] * 6
