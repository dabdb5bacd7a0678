"""What a products.csv has more where there are tills. Pure: the documentation's table is compared with it."""

PRODUCTS = (("till", "yes"), ("till_category", "text"))
