"""How data come in: HR months with their form, or any table with a column that says who left."""
