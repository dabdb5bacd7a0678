"""What a products.csv has more where there is a web shop. Pure: the documentation's table is compared with it."""

PRODUCTS = (("web", "yes"), ("web_category", "text"))
