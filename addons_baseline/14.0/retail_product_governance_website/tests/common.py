from odoo.addons.retail_product_governance.tests.common import ProductCase


class WebCase(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web_category = cls.env["product.public.category"].create({"name": "Lamps"})
        cls.website = cls.env.ref("website.default_website")
        cls.designer = cls.steward
        cls.designer.groups_id += cls.env.ref("website.group_website_publisher")

    def values(self, **values):
        shown = {"public_categ_ids": [(6, 0, self.web_category.ids)], "is_published": True}
        return super().values(**{**shown, **values})

    def cart(self, *products):
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "website_id": self.website.id})
        for product in products:
            self.put_in(order, product)
        return order

    def put_in(self, order, product, **values):
        """As a visitor does it: nobody, with the rights that the website's pages have."""
        cart = order.with_user(self.website.user_id).sudo()
        values = {"add_qty": 1, **values}
        return cart._cart_update(product_id=product.product_variant_id.id, **values)
