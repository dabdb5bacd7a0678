"""Who works for a retailer, in which role and with which duties, as a tenant's spec says it."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from provisioning.meta import Model
from provisioning.validation import AS_SET, cel, checked

Login = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^\S+$", description="Who logs in with it.")]
PersonName = Annotated[str, Field(min_length=1, max_length=80)]


class Role(StrEnum):
    """The roles of the addon retail_roles."""

    STORE_MANAGER = "store_manager"
    WAREHOUSE_SUPERVISOR = "warehouse_supervisor"
    BUYER = "buyer"
    FINANCE_CONTROLLER = "finance_controller"
    ECOMMERCE = "ecommerce"
    CUSTOMER_SERVICE = "customer_service"


class HeadOfficeRole(StrEnum):
    """Roles that are for all stores. Whoever has another one works for own stores, and is named at a store."""

    BUYER = "buyer"
    FINANCE_CONTROLLER = "finance_controller"
    CUSTOMER_SERVICE = "customer_service"


class Duty(StrEnum):
    """What each retailer decides whose it is: roles of our addons that are given beside those of retail_roles."""

    PRODUCT_APPROVER = "product_approver"
    PRICE_EDITOR = "price_editor"
    PRICE_MANAGER = "price_manager"
    PRICE_FINANCE = "price_finance"
    PURCHASE_APPROVER = "purchase_approver"
    BILL_RELEASE = "bill_release"
    PERIOD_CLOSING = "period_closing"
    DIFFERENCE_APPROVER = "difference_approver"
    RETURN_APPROVER = "return_approver"
    RETURN_INSPECTOR = "return_inspector"
    REQUEST_DECIDER = "request_decider"
    PROMOTION_EDITOR = "promotion_editor"
    PROMOTION_APPROVER = "promotion_approver"
    IMPORTER = "importer"
    IMPORT_APPROVER = "import_approver"
    DISPATCHER = "dispatcher"
    PAGE_APPROVER = "page_approver"
    AUDITOR = "auditor"
    EXCEPTIONS = "exceptions"
    FIGURES = "figures"
    INTEGRATIONS = "integrations"
    ALL_STORES = "all_stores"
    POLICY = "policy"
    BREAK_GLASS = "break_glass"


Duties = Annotated[
    tuple[Duty, ...],
    Field(
        max_length=len(Duty),
        json_schema_extra=AS_SET,
        description="Beside the role. Some pairs are kept apart; Odoo then refuses the description, and says why.",
    ),
]


class Person(Model):
    """At a store."""

    login: Login
    name: PersonName | None = Field(default=None, description="The login when absent.")
    role: Role
    duties: Duties = ()


_IDLE = "name at least one role or duty: without any, nobody can log in"


class HeadOfficePerson(Model):
    """Of head office: works for all stores."""

    login: Login
    name: PersonName | None = Field(default=None, description="The login when absent.")
    roles: tuple[HeadOfficeRole, ...] = Field(
        default=(),
        max_length=len(HeadOfficeRole),
        json_schema_extra=AS_SET,
    )
    duties: Duties = ()

    model_config = ConfigDict(json_schema_extra=checked(cel("self.roles.size() + self.duties.size() > 0", _IDLE)))

    @model_validator(mode="after")
    def _at_work(self) -> Self:
        if not self.roles and not self.duties:
            raise ValueError(f"{self.login}: {_IDLE}")
        return self
