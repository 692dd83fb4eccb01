"""What is assumed of each kind of source before this organisation's own overlapping evidence is looked at.

Judgements, not facts: each is replaced as far as the organisation's evidence speaks against it. Where a
figure rests on research:

- self: people see themselves about a third of a standard deviation higher than their superior does
  (d = .32; Heidemeier & Moser 2009, Journal of Applied Psychology 94, 353-370).
- the split of a rating's error: most of it belongs to the single rater and not to chance (idiosyncratic
  53-62 %, error 11-18 %, a source's shared view little; Scullen, Mount & Goff 2000, Journal of Applied
  Psychology 85, 956-970). A single item carries more chance than their scales: half of the error is taken
  as chance, the rest as the rater's.
- others are taken to be right on average, for want of a figure; how far off they may be is left wide.

Ratings show how sources differ from each other, never whether all of them are too high: that much stays with
these assumptions (`tests/benchmarks/skill_levels.py --priors`). The standard deviations were set, and two of them
widened (the middle of an organisation, the weight of the views), while looking at simulated organisations.

All values are in levels of the scale 1-5.
"""

# Mean and standard deviation of a source's bias: how much too high it sees everybody.
BIAS = {
    "role_play": (0.0, 0.15),
    "joint_visit": (0.0, 0.15),
    "proposal": (0.0, 0.15),
    "self": (0.32, 0.25),
    "manager": (0.0, 0.15),
    "peer": (0.0, 0.20),
    "customer": (0.0, 0.25),
    "test": (0.0, 0.20),
    "figures": (0.0, 0.25),
    "certificate": (0.0, 0.25),
}

# Shares of a piece's squared standard error: chance, rater severity, rater seeing this person (halo).
CHANCE, SEVERITY, HALO = 0.50, 0.20, 0.30

# What one source sees in a person in common, beyond the competency itself; half of its variance is the
# same on all competencies, half belongs to the single one.
VIEW_SD = {
    "role_play": 0.25,
    "joint_visit": 0.20,
    "proposal": 0.25,
    "self": 0.30,
    "manager": 0.20,
    "peer": 0.15,
    "customer": 0.25,
    "test": 0.30,
    "figures": 0.40,
    "certificate": 0.35,
}
VIEW_SHARED = 0.5

# People: deviation of levels between people, correlation between two competencies.
PERSON_SD, CORRELATION = 0.7, 0.5

# Where the middle of an organisation lies, and how far a competency's mean lies from it.
MEAN, MIDDLE_SD, COMPETENCY_SD = 3.0, 1.5, 0.4

# Whoever judges people may be lenient all together; tests, figures and certificates do not share in it.
LENIENCY_SD = 0.12
IMPERSONAL = ("test", "figures", "certificate")

# How much each prior weighs, as if that many squared deviations had been seen; for people: vectors of them.
WEIGHT = {"chance": 30.0, "severity": 6.0, "halo": 20.0, "view": 8.0, "person": 12.0}

# Days in which a piece of evidence loses half its weight: what is known of products and markets goes out of
# date sooner, how somebody is with people later. Ids are those of the framework that comes with the toolkit.
HALF_LIFE_DAYS = 365.0
HALF_LIFE = {
    "product_knowledge": 270.0,
    "market_insight": 270.0,
    "ethics": 730.0,
    "learning": 540.0,
    "teamwork": 540.0,
    "communication": 540.0,
}


def half_life_of(competency_id: str) -> float:
    """Return the days in which evidence on a competency loses half its weight."""
    return HALF_LIFE.get(competency_id, HALF_LIFE_DAYS)
