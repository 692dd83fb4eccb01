"""Who is listed and for whom the model errs, by group."""
