"""What plans would be worth at given prices of shared things: a bound for each person, by duality.

At any prices p >= 0 of seats, staff hours and money, the sum over people of their best plans' worth
after paying, plus the worth p'Q of all there is to share, cannot be beaten by any plans that keep
the limits (Lagrange). One person's best plan is bounded in the same way, with multipliers z for the
person's own rows: t per competency, and one for hours, budget and each prerequisite,

    L(z) = sum_c max_y [phi_c(y) - t_c y] + hours * z_h + budget * z_b + sum_a max(0, worth_a),
    worth_a = sum_c t_c gain_ac - price_a - z_h hours_a - z_b cost_a -+ prerequisites,

which holds for every z >= 0, so it can be checked by arithmetic alone. The best z is found for all
people at once by Newton's method on L with max(0, .) smoothed. Blocks of four weeks and clashes are
left out here, which can only raise the bound.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from toolkit.plans.objective import Floats
from toolkit.plans.team_model import Crowd, Offer, Whole

SHARP = 0.004
_CHUNK, _CANDIDATES, _STEPS, _HALVINGS = 250, 72, 12, 4
_HOURS_UNIT, _COST_UNIT = 10.0, 1000.0
_HIGHEST, _REACH = 20.0, 1.0


def gained(gain: Floats, shortfall: Floats, sd: Floats, weight: Floats) -> Floats:
    """Return the weighted gap closed, phi, by broadcasting; sd > 0."""
    return np.asarray(weight * (_psi(shortfall / sd) - _psi((shortfall - gain) / sd)) * sd)


def _psi(u: Floats) -> Floats:
    return np.asarray(u * ndtr(u) + np.exp(-0.5 * u * u) / 2.5066282746310002)


def gains_of(offer: Offer, crowd: Crowd) -> Floats:
    """Return what each activity gives each person in each competency (r, a, c); nothing where not eligible."""
    gains = np.empty((len(crowd.ids), len(offer.ids), offer.gains.shape[1]))
    for first in range(0, len(gains), _CHUNK):
        rows = slice(first, first + _CHUNK)
        distance = np.abs(crowd.level[rows, None, :] - np.nan_to_num(offer.centre)[None, :, None])
        fit = 1.0 - 0.56 * np.clip(distance - 0.75, 0.0, 1.25)
        fit[:, np.isnan(offer.centre)] = 1.0
        gains[rows] = offer.gains * fit * crowd.eligible[rows, :, None]
    return gains


@dataclass
class Asked:
    """The answer to prices: bound and smoothed bound per person, and what would be taken.

    `wanted[g, a]` counts people of a region who would take an activity, `spent` money by row of shared things.
    """

    bound: Floats
    smooth: Floats
    wanted: Floats
    spent: Floats


class OptionPrices:
    """Prices of options and activities for each region at given prices of shared things."""

    def __init__(self, offer: Offer, prices: Floats, sharp: float):
        self.by_option = np.array([offer.price + table @ prices[: table.shape[1]] for table in offer.use])
        count, regions = len(offer.ids), len(offer.use)
        lowest = np.full((regions, count), np.inf)
        weight = np.zeros((regions, count))
        for region in range(regions):
            np.minimum.at(lowest[region], offer.activity, self.by_option[region])
            shift = np.exp((lowest[region][offer.activity] - self.by_option[region]) / sharp)
            np.add.at(weight[region], offer.activity, shift)
        self.lowest = np.where(np.isfinite(lowest), lowest, 1e3)
        self.soft = self.lowest - sharp * np.log(np.maximum(weight, 1.0))
        at = offer.activity
        self.share = np.exp((lowest[:, at] - self.by_option) / sharp) / weight[:, at]


class Pricing:
    """The pricing problems of some people, with multipliers kept from one question to the next."""

    def __init__(self, offer: Offer, crowd: Crowd):
        self.offer, self.crowd, self.gains = offer, crowd, gains_of(offer, crowd)
        n, c = crowd.shortfall.shape
        pairs = offer.needs[offer.needs[:, 1] >= 0]
        self.rows = np.zeros((len(offer.ids), 2 + len(pairs)))
        self.rows[:, 0], self.rows[:, 1] = offer.hours / _HOURS_UNIT, offer.cost / _COST_UNIT
        self.rows[pairs[:, 0], 2 + np.arange(len(pairs))] += 1.0
        self.rows[pairs[:, 1], 2 + np.arange(len(pairs))] -= 1.0
        # Who has done what is needed first is not bound by that need.
        self.binding = np.hstack([np.ones((n, 2)), ~crowd.done[:, pairs[:, 1]]])
        self.sides = np.zeros((n, self.rows.shape[1]))
        self.sides[:, 0], self.sides[:, 1] = crowd.hours / _HOURS_UNIT, crowd.budget / _COST_UNIT
        self.most = self.gains.sum(1)
        weight = crowd.weight
        self.high = np.hstack([weight * ndtr(crowd.shortfall / crowd.sd), _HIGHEST * self.binding])
        low = np.maximum(weight * ndtr((crowd.shortfall - self.most) / crowd.sd), 1e-4 * weight)
        self.low = np.hstack([np.minimum(low, self.high[:, :c]), np.zeros(self.sides.shape)])
        self.multipliers = np.hstack([(self.low[:, :c] + self.high[:, :c]) / 2, np.zeros(self.sides.shape)])
        self.multipliers[:, c : c + 2] = 0.2
        self.competencies = c

    def activity_prices(self, prices: Floats, of_region: Floats, rows: Whole | slice = slice(None)) -> Floats:
        """Return the price of each activity for each person (r, a), money included."""
        crowd, money = self.crowd, np.zeros(len(self.crowd.ids))
        if len(prices):
            money = np.where(crowd.team_row >= 0, prices[crowd.team_row], 0.0)
        if self.offer.company_row >= 0:
            money = money + prices[self.offer.company_row]
        return np.asarray(of_region[crowd.region[rows]] + money[rows, None] * self.offer.cost)

    def ask(self, prices: Floats, sharps: tuple[float, ...] = (SHARP,), steps: int = _STEPS) -> Asked:
        """Answer prices of all shared things, with `sharps` the smoothing from coarse to fine."""
        offer, count = self.offer, len(self.crowd.ids)
        at = OptionPrices(offer, prices, sharps[-1])
        asked = Asked(np.empty(count), np.empty(count), np.zeros(at.soft.shape), np.zeros(len(offer.capacity)))
        for first in range(0, count, _CHUNK):
            rows = np.arange(first, min(first + _CHUNK, count))
            price = self.activity_prices(prices, at.soft, rows)
            takes = self._descend(rows, price, sharps, steps, asked)
            lowest = self.activity_prices(prices, at.lowest, rows)
            asked.bound[rows] = self.bounds(self.multipliers[rows], lowest, rows)
            np.add.at(asked.wanted, self.crowd.region[rows], takes)
            paid = takes @ offer.cost
            teams = self.crowd.team_row[rows]
            np.add.at(asked.spent, teams[teams >= 0], paid[teams >= 0])
            if offer.company_row >= 0:
                asked.spent[offer.company_row] += paid.sum()
        return asked

    def worth(self, multipliers: Floats, price: Floats, rows: Whole) -> Floats:
        """Return worth_a for each person and activity; -1 where not eligible."""
        c = self.competencies
        worth = np.matmul(self.gains[rows], multipliers[:, :c, None])[:, :, 0] - price
        return np.where(
            self.crowd.eligible[rows], worth - (multipliers[:, c:] * self.binding[rows]) @ self.rows.T, -1.0
        )

    def bounds(self, multipliers: Floats, price: Floats, rows: Whole) -> Floats:
        """Return L(z) of each person: no plan of theirs is worth more after paying `price`."""
        worth = self.worth(multipliers, price, rows)
        return np.asarray(self._rest(multipliers, rows)[0] + np.maximum(worth, 0.0).sum(1))

    def _rest(self, multipliers: Floats, rows: Whole) -> tuple[Floats, Floats]:
        crowd, c = self.crowd, self.competencies
        d, sd, w = crowd.shortfall[rows], crowd.sd[rows], crowd.weight[rows]
        t = multipliers[:, :c]
        share = np.clip(t / np.maximum(w, 1e-12), 1e-12, 1 - 1e-12)
        y = np.clip(d - sd * ndtri(share), 0.0, self.most[rows])
        rest = (gained(y, d, sd, w) - t * y).sum(1) + (multipliers[:, c:] * self.sides[rows]).sum(1)
        return rest, y

    def _descend(self, rows: Whole, price: Floats, sharps: tuple[float, ...], steps: int, asked: Asked) -> Floats:
        """Move the multipliers of some people downhill; return how far each would take each activity."""
        takes = np.zeros(price.shape)
        for sharp in sharps:
            worth = self.worth(self.multipliers[rows], price, rows)
            count = min(_CANDIDATES, worth.shape[1])
            near = np.sort(np.argpartition(-worth, count - 1, axis=1)[:, :count], axis=1)
            chunk = _Chunk(self, rows, near, price, sharp)
            z = self.multipliers[rows]
            for _ in range(steps):
                z, gain = chunk.step(z)
                if gain < 1e-3:
                    break
            self.multipliers[rows] = z
        value, take, _ = chunk.smooth(z)
        np.put_along_axis(takes, near, take, axis=1)
        asked.smooth[rows] = value
        return takes


class _Chunk:
    """Smoothed L of some people over their candidate activities, and Newton steps on it."""

    def __init__(self, pricing: Pricing, rows: Whole, near: Whole, price: Floats, sharp: float):
        self.pricing, self.rows, self.sharp = pricing, rows, sharp
        self.low, self.high = pricing.low[rows], pricing.high[rows]
        gains = np.take_along_axis(pricing.gains[rows], near[:, :, None], axis=1)
        self.matrix = np.concatenate([gains, -pricing.rows[near]], axis=2)
        self.price = np.take_along_axis(price, near, axis=1)
        allowed = np.take_along_axis(pricing.crowd.eligible[rows], near, axis=1)
        self.matrix *= allowed[:, :, None]
        self.price = np.where(allowed, self.price, 1e3)

    def smooth(self, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the smoothed L, how far each candidate is taken, and the gains aimed at."""
        rest, y = self.pricing._rest(z, self.rows)
        u = (np.matmul(self.matrix, z[:, :, None])[:, :, 0] - self.price) / self.sharp
        e = np.exp(-np.abs(u))
        take = np.where(u >= 0, 1.0, e) / (1.0 + e)
        return rest + self.sharp * (np.maximum(u, 0.0) + np.log1p(e)).sum(1), take, y

    def step(self, z: Floats) -> tuple[Floats, float]:
        """Return multipliers one damped Newton step further, and the largest decrease of L."""
        value, take, y = self.smooth(z)
        slope, bend = self._derivatives(z, take, y)
        stuck = ((z <= self.low + 1e-9) & (slope > 0)) | ((z >= self.high - 1e-9) & (slope < 0))
        bend = np.where(stuck[:, :, None] | stuck[:, None, :], 0.0, bend)
        diagonal = np.arange(z.shape[1])
        bend[:, diagonal, diagonal] += stuck
        move = np.linalg.solve(bend, np.where(stuck, 0.0, -slope)[:, :, None])[:, :, 0].clip(-_REACH, _REACH)
        best, lowest, size = z, value, 1.0
        for _ in range(_HALVINGS):
            tried = np.clip(z + size * move, self.low, self.high)
            found = self.smooth(tried)[0]
            # Only those whose longer steps all failed still take a shorter one.
            better = (lowest >= value) & (found < value)
            best, lowest = np.where(better[:, None], tried, best), np.where(better, found, lowest)
            if (lowest < value - 1e-6).mean() > 0.98:
                break
            size *= 0.3
        return best, float((value - lowest).max())

    def _derivatives(self, z: Floats, take: Floats, y: Floats) -> tuple[Floats, Floats]:
        pricing, rows, c = self.pricing, self.rows, self.pricing.competencies
        slope = np.matmul(take[:, None, :], self.matrix)[:, 0, :]
        slope[:, :c] -= y
        slope[:, c:] += pricing.sides[rows]
        weighted = self.matrix * (take * (1.0 - take) / self.sharp)[:, :, None]
        bend = np.matmul(weighted.transpose(0, 2, 1), self.matrix)
        d, sd, w = pricing.crowd.shortfall[rows], pricing.crowd.sd[rows], pricing.crowd.weight[rows]
        density = np.exp(-0.5 * ((d - y) / sd) ** 2) / 2.5066282746310002
        diagonal = np.arange(z.shape[1])
        bend[:, diagonal[:c], diagonal[:c]] += sd / (w * density + 1e-6)
        bend[:, diagonal, diagonal] += 1e-6
        return slope, bend
