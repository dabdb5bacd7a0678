import re
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import NetworkCase


@tagged("post_install", "-at_install")
class TestNetwork(NetworkCase):
    def test_a_store_has_what_it_needs_to_trade(self):
        self.network.apply(self.spec)
        store, dc = self.warehouse("TBL"), self.warehouse("TDC")
        self.assertEqual((store.retail_kind, dc.retail_kind), ("store", "warehouse"))
        self.assertEqual(store.resupply_wh_ids, dc)
        self.assertEqual(store.resupply_route_ids.supplier_wh_id, dc)
        self.assertEqual(store.retail_region_id.name, "T Centre")
        self.assertEqual((store.partner_id.city, store.partner_id.country_id.code), ("Blois", "FR"))
        self.assertEqual(store.retail_calendar_id.tz, "Europe/Paris")
        self.assertEqual(store.retail_calendar_id.attendance_ids.mapped("dayofweek"), ["0", "4", "5"])
        tills = self.env["pos.config"].search([("picking_type_id", "=", store.pos_type_id.id)])
        self.assertEqual(tills.mapped("name"), ["T Blois 1", "T Blois 2"])
        cash = tills.payment_method_ids.filtered("is_cash_count")
        self.assertEqual((cash.cash_journal_id.code, cash.cash_journal_id.type), ("TBL", "cash"))
        self.assertFalse(self.env["pos.config"].search([("picking_type_id", "=", dc.pos_type_id.id)]))

    def test_a_session_opens_sells_and_closes_at_a_new_till(self):
        self.network.apply(self.spec)
        manager = self.env["res.users"].search([("login", "=", "t-blois@shop.example")])
        till = self.env["pos.config"].search([("name", "=", "T Blois 1")])
        sessions = self.env["pos.session"].with_user(manager)
        session = sessions.browse(sessions.create({"user_id": manager.id, "config_id": till.id}).id)
        self.assertEqual(session.statement_ids.journal_id.code, "TBL")
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")

    def test_goods_come_from_the_warehouse_that_supplies_it(self):
        self.network.apply(self.spec)
        store, dc = self.warehouse("TBL"), self.warehouse("TDC")
        lamp = self.env["product.product"].create(
            {"name": "Lamp", "type": "product", "route_ids": [(6, 0, store.resupply_route_ids.ids)]}
        )
        self.env["stock.quant"]._update_available_quantity(lamp, dc.lot_stock_id, 5)
        point = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": lamp.id,
                "warehouse_id": store.id,
                "location_id": store.lot_stock_id.id,
                "product_min_qty": 2.0,
                "product_max_qty": 3.0,
            }
        )
        point._procure_orderpoint_confirm()
        moves = self.env["stock.move"].search([("product_id", "=", lamp.id)])
        self.assertEqual(moves.picking_type_id.warehouse_id, store | dc)
        self.assertEqual(
            sum(moves.filtered(lambda move: move.location_id == dc.lot_stock_id).mapped("product_qty")), 3
        )

    def test_people_work_for_their_stores_in_their_role(self):
        self.spec["stores"][1]["people"] = [{"login": "t-web", "role": "ecommerce"}]
        self.spec["stores"][0]["people"] = [
            {"login": "t-dc", "role": "warehouse_supervisor"},
            {"login": "t-blois@shop.example", "role": "store_manager"},
        ]
        self.network.apply(self.spec)
        found = {}
        for login in ("t-blois@shop.example", "t-dc", "t-web"):
            user = self.env["res.users"].search([("login", "=", login)])
            found[login] = (set(user.retail_warehouse_ids.mapped("code")), user.role_line_ids.role_id.name)
            self.assertTrue(user.retail_bound)
        self.assertEqual(
            found,
            {
                "t-blois@shop.example": ({"TBL", "TDC"}, "Store manager"),
                "t-dc": ({"TDC"}, "Warehouse supervisor"),
                "t-web": ({"TDC"}, "Ecommerce"),
            },
        )
        region = self.env["retail.region"].search([("name", "=", "T Centre")])
        self.assertEqual(region.manager_ids.login, "t-blois@shop.example")

    def test_nobody_is_mailed(self):
        before = self.env["mail.mail"].search_count([])
        self.network.apply(self.spec)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_a_web_shop_that_is_not_here_is_told(self):
        with patch.object(type(self.network), "_has_web_shop", lambda network: False):
            with self.assertRaisesRegex(UserError, "There is no web shop here"):
                self.network.apply(self.spec)
            del self.spec["stores"][1]
            self.network.apply(self.spec)
        self.assertTrue(self.warehouse("TBL"))

    def test_applied_again_it_does_nothing(self):
        self.network.apply(self.spec)
        again = self.network.apply(self.spec)
        self.assertEqual([line for line in again if line["action"] != "leave"], [])

    def test_only_what_differs_is_changed(self):
        self.network.apply(self.spec)
        store = self.warehouse("TBL")
        self.blois.update(name="T Blois Centre", tills=3, openingHours={"mon": "10:00-20:00"})
        self.blois["address"]["city"] = "Blois Cedex"
        self.spec["whoDecides"]["pos.config"]["receipt_header"] = "central"
        report = self.network.apply(self.spec)
        self.assertEqual(self.done(report), [("pos.config", "T Blois Centre 3 (not used)")])
        changed = {model for model, name in self.done(report, "change")}
        named = {"pos.config", "pos.payment.method", "account.journal"}
        others = {"stock.warehouse", "resource.calendar", "res.partner", "retail.local.policy"}
        self.assertEqual(changed, others | named)
        self.assertEqual(self.warehouse("TBL"), store)
        self.assertEqual((store.name, store.partner_id.city), ("T Blois Centre", "Blois Cedex"))
        self.assertEqual(store.retail_calendar_id.attendance_ids.mapped("hour_to"), [20.0])

    def test_routes_carry_a_warehouse_s_new_name(self):
        """Core means to rename some of them, when the old name is not known any more."""
        self.network.apply(self.spec)
        store, dc = self.warehouse("TBL"), self.warehouse("TDC")
        for language in ("fr_FR", "de_DE"):
            self.env["res.lang"]._activate_lang(language)
        supply, own = store.resupply_route_ids, store.delivery_route_id
        supply.with_context(lang="fr_FR").name = "T Blois : approvisionné par T Central"
        by_hand = own.copy({"name": "From T Blois and back", "warehouse_ids": [(6, 0, store.ids)]})
        rule = own.rule_ids[0]
        rule.name = "T Blois: by hand"
        before = own.name.partition(": ")[2]
        self.blois["name"] = "T Blois Centre"
        self.network.apply(self.spec)
        # The name of one warehouse begins that of the other.
        dc.name = "T Blois"
        self.assertEqual(supply.name, "T Blois Centre: Supply Product from T Blois")
        french = supply.with_context(lang="fr_FR").name
        self.assertEqual(french, "T Blois Centre : approvisionné par T Blois")
        dc.name = "T Saran"
        self.assertEqual(supply.name, "T Blois Centre: Supply Product from T Saran")
        self.assertEqual(own.name, f"T Blois Centre: {before}")
        self.assertEqual(own.with_context(lang="de_DE").name, f"T Blois Centre: {before}")
        self.assertEqual(rule.name, "T Blois Centre: by hand")
        self.assertEqual(by_hand.name, "From T Blois and back")
        self.assertEqual(dc.reception_route_id.name.partition(": ")[0], "T Saran")
        everything = self.env["stock.location.route"].with_context(active_test=False).search([])
        left = {name for name in everything.mapped("name") if name.startswith(("T Blois: ", "T Central: "))}
        self.assertFalse(left)

    def test_what_a_store_has_gets_its_new_name_while_it_sells(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.network.with_context(lang="fr_FR").apply(self.spec)
        store = self.warehouse("TBL")
        first, second = self.env["pos.config"].search([("picking_type_id", "=", store.pos_type_id.id)])
        cash = first.payment_method_ids.filtered("is_cash_count")
        second.name = "Till at the back"
        session = self.env["pos.session"].create({"user_id": self.env.uid, "config_id": first.id})
        self.blois["name"] = "T Blois Centre"
        report = self.network.apply(self.spec)
        self.assertEqual(session.config_id.name, "T Blois Centre 1")
        self.assertEqual(second.name, "Till at the back")
        self.assertEqual(store.retail_calendar_id.name, "T Blois Centre")
        self.assertEqual(store.partner_id.name, "T Blois Centre")
        self.assertEqual(cash.cash_journal_id.name, "TBL T Blois Centre")
        for language in (None, "en_US", "fr_FR"):
            self.assertEqual(cash.with_context(lang=language).name, "TBL T Blois Centre")
        changed = [model for model, _name in self.done(report, "change")]
        named = ["pos.config", "pos.payment.method", "account.journal", "resource.calendar", "res.partner"]
        self.assertCountEqual(changed, ["stock.warehouse", *named])
        again = self.network.apply(self.spec)
        self.assertEqual(self.done(again, "change"), [])
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")

    def test_a_second_supplier_leaves_the_first(self):
        self.network.apply(self.spec)
        self.spec["stores"].append({"code": "TDC2", "name": "T Second", "kind": "warehouse"})
        self.blois["suppliedBy"] = "TDC2"
        self.network.apply(self.spec)
        routes = self.warehouse("TBL").resupply_route_ids
        self.assertEqual(set(routes.supplier_wh_id.mapped("code")), {"TDC", "TDC2"})
        self.assertTrue(all(routes.mapped("active")))

    def test_what_was_made_by_hand_is_used_and_the_rest_left(self):
        hand = self.env["stock.warehouse"].create({"name": "By hand", "code": "TBL"})
        report = self.network.apply(self.spec)
        self.assertEqual(self.warehouse("TBL"), hand)
        self.assertEqual(hand.name, "T Blois")
        names = [name for model, name in self.done(report, "leave") if model == "stock.warehouse"]
        self.assertIn(self.env.ref("stock.warehouse0").name, names)
        self.blois["tills"] = 1
        report = self.network.apply(self.spec)
        self.assertIn(("pos.config", "T Blois 2 (not used)"), self.done(report, "leave"))
        self.assertEqual(self.env["pos.config"].search_count([("picking_type_id", "=", hand.pos_type_id.id)]), 2)

    def test_an_archived_store_opens_again(self):
        self.network.apply(self.spec)
        tills = self.env["pos.config"].search([("name", "like", "T Blois")])
        store = self.warehouse("TBL")
        tills.active = False
        store.active = False
        self.network.apply(self.spec)
        self.assertTrue(store.active)
        self.assertEqual(tills.mapped("active"), [True, True])

    def test_a_dry_run_tells_and_does_nothing(self):
        count = self.env["stock.warehouse"].search_count([])
        planned = self.network.apply(self.spec, dry_run=True)
        self.assertEqual(self.env["stock.warehouse"].search_count([]), count)
        self.assertFalse(self.env["res.users"].search([("login", "=", "t-blois@shop.example")]))
        self.assertEqual(self.network.apply(self.spec), planned)

    def test_everything_wrong_is_told_before_anything_is_done(self):
        self.spec["timeZone"] = "Europe/Blois"
        self.spec["regions"].append({"name": "T South", "managers": ["nobody"]})
        self.spec["stores"] += [
            {"code": "toolong", "name": "X"},
            {"code": "TBL", "kind": "kiosk", "tills": 99, "openingHours": {"mon": "ten"}},
            {"code": "TX", "name": "X", "suppliedBy": "NONE", "region": "T None", "address": {"country": "XX"}},
            {"code": "TY", "name": "Y", "people": [{"login": "y", "role": "king"}, {"role": "buyer"}]},
            {"code": "TW", "name": "W", "kind": "web"},
        ]
        self.spec["whoDecides"] = {"pos.config": {"receipt_header": "me", "colour": "store"}}
        with self.assertRaises(UserError) as caught:
            self.network.apply(self.spec)
        told = str(caught.exception)
        for part in (
            "There is no time zone Europe/Blois",
            "Region T South: there is nobody with the login nobody",
            "Store toolong: the code has to be one to five",
            "Store TBL is listed twice",
            "Store TBL has no name",
            "Store TBL: choose store, warehouse or web",
            "Store TBL: choose 0 to 50 tills",
            "Store TBL: write mon as in",
            "Store TX: suppliedBy names no other warehouse: NONE",
            "Store TX: there is no region T None",
            "Store TX: there is no country XX",
            "y: choose store_manager",
            "Store TY: somebody has no login",
            "Store TW: say in shipsFrom",
            "two stores of the kind web",
            "pos.config.receipt_header: choose central",
            "There is no setting pos.config.colour",
        ):
            self.assertIn(part, told)
        self.assertFalse(self.warehouse("TDC"))

    def test_what_is_no_description_is_refused(self):
        told = {
            "description has to be an object": [],
            "description.stores has to be a list": {"stores": "PAR1"},
            "description.colour is not known": {"colour": "blue"},
            "description.stores[0].people[0].age is not known": {"stores": [{"people": [{"age": 5}]}]},
            "description.stores[0].tills has to be a whole number": {"stores": [{"code": "TX", "tills": True}]},
            "description.stores[0].openingHours.mo is not known": {"stores": [{"openingHours": {"mo": "closed"}}]},
            "description.stores[0].name has to be a text": {"stores": [{"name": 5}]},
            "description.policies.counts[0].blind has to be true or false": {
                "policies": {"counts": [{"blind": 1}]}
            },
            "description.policies.prices is not known": {"policies": {"prices": []}},
        }
        for sentence, nonsense in told.items():
            with self.assertRaisesRegex(UserError, re.escape(sentence)):
                self.network.apply(nonsense)

    def test_two_duties_that_are_kept_apart_are_refused_and_nothing_stays(self):
        self.blois["people"] = [
            {"login": "t-both", "role": "store_manager"},
            {"login": "t-both", "role": "finance_controller"},
        ]
        self.spec["regions"] = [{"name": "T Centre"}]
        with self.assertRaisesRegex(UserError, "cannot have both"):
            self.network.apply(self.spec)
        self.assertFalse(self.warehouse("TDC"))

    def test_only_whoever_has_administration_opens_stores(self):
        boss = new_test_user(self.env, "t-boss", groups="stock.group_stock_manager,base.group_erp_manager")
        with self.assertRaises(AccessError):
            self.network.with_user(boss).apply(self.spec)
        self.network.with_user(self.env.ref("base.user_admin")).apply(self.spec)
        self.assertTrue(self.warehouse("TBL"))

    def test_another_company_has_its_own(self):
        self.network.apply(self.spec)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += other
        report = self.network.with_company(other).apply({"stores": [{"code": "TBL", "name": "Other", "tills": 0}]})
        self.assertIn(("stock.warehouse", "Other"), self.done(report))
        self.assertEqual(len(self.warehouse("TBL")), 2)
