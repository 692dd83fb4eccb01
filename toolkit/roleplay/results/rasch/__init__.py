"""The second view: many-facet Rasch."""
