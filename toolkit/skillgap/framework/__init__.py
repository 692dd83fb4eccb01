"""The section Framework: read, edit, bring in and take out what people are measured against."""
