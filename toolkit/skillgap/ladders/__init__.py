"""The section Readiness: both ladders for one person, and who stands out."""
