"""What a database must have before its tenant may trade. Pure: queries that each answer `present`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """One query with one boolean column `present`, and what to say when it is false."""

    sql: str
    message: str


# The golden template's build has posted an invoice and opened a till in a transaction it rolled back. These do
# neither; they check that the copy still has what both take.
TRADING_NEEDS: tuple[Need, ...] = (
    Need(
        "SELECT count(*) > 20 AS present FROM account_account",
        "there is no chart of accounts, so no invoice can be posted",
    ),
    Need(
        "SELECT EXISTS (SELECT 1 FROM account_journal WHERE type = 'sale' AND active) AS present",
        "there is no sales journal, so no invoice can be posted",
    ),
    Need(
        "SELECT EXISTS (SELECT 1 FROM pos_config c JOIN pos_config_pos_payment_method_rel m"
        " ON m.pos_config_id = c.id WHERE c.active) AS present",
        "no point of sale has a payment method, so no till can be opened",
    ),
    Need(
        "SELECT EXISTS (SELECT 1 FROM res_company c JOIN res_partner p ON p.id = c.partner_id"
        " WHERE p.country_id IS NOT NULL AND c.currency_id IS NOT NULL) AS present",
        "the company has no country or no currency",
    ),
)
