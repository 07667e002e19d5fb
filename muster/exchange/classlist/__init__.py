"""Class lists: one row a child, as a school's other systems save them."""
