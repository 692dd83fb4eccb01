"""Sales Coaching Toolkit: role-play scoring, skill gaps, development plans and attrition risk.

Importing the package loads nothing heavy; import the slice you need, for example
``from toolkit import roleplay``.
"""

__version__ = "0.1.0"
