"""How far raters agree: intraclass correlations, Krippendorff's alpha, kappas, AC1 and AC2.

All take subjects in rows and raters in columns (weighted kappa two raters' ratings side by side)
with nan for what is missing, an `interval` such as 0.90, and return an `Agreement`.
`meaning` puts one into words.
"""

from toolkit.roleplay.agreement_words import Kind, meaning
from toolkit.roleplay.intraclass import Form, icc
from toolkit.roleplay.kappa import fleiss_kappa, gwet_ac, weighted_kappa
from toolkit.roleplay.krippendorff import Metric, krippendorff_alpha
from toolkit.roleplay.rating_table import Agreement, RatingTable
from toolkit.roleplay.weighting import Weights

__all__ = [
    "Agreement",
    "Form",
    "Kind",
    "Metric",
    "RatingTable",
    "Weights",
    "fleiss_kappa",
    "gwet_ac",
    "icc",
    "krippendorff_alpha",
    "meaning",
    "weighted_kappa",
]
