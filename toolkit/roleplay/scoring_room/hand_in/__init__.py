"""The end of a sheet: overall judgement, hand-in, what was changed afterwards."""
