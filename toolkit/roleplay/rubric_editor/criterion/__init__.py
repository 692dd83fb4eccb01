"""One criterion of a rubric that is being written."""
