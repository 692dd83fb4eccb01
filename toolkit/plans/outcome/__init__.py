"""Did it work: gains measured, activities judged, fair starts."""
