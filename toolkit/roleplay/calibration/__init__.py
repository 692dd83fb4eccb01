"""Calibration: raters score one and the same performance blind, and compare with an expert's key."""
