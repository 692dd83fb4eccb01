"""One person's plan within what is left of the shared things: built and improved by the best single moves."""

from dataclasses import dataclass

import numpy as np

from toolkit.plans.limits import PEAK, WINDOW_WEEKS
from toolkit.plans.objective import Floats
from toolkit.plans.pricing import gained
from toolkit.plans.team_model import Crowd, Flags, Offer, Whole

_TRIES, _LEAST, _SLACK = 6, 1e-5, 1e-9


class Stock:
    """What is left of the shared things."""

    def __init__(self, offer: Offer, left: Floats):
        self.offer, self.left = offer, [float(one) for one in left]

    def take(self, option: int, region: int, team_row: int, sign: float = 1.0) -> None:
        """Take what an option uses (or give it back with sign -1)."""
        offer, left = self.offer, self.left
        for row, size in offer.uses[region][option]:
            left[row] -= sign * size
        cost = sign * float(offer.cost[offer.activity[option]])
        if team_row >= 0:
            left[team_row] -= cost
        if offer.company_row >= 0:
            left[offer.company_row] -= cost

    def has(self, option: int, region: int) -> bool:
        """Return whether seats and staff hours for an option are left."""
        return all(self.left[row] >= size - _SLACK for row, size in self.offer.uses[region][option])

    def money(self, team_row: int) -> float:
        """Return what may still be spent on somebody of a team."""
        left = self.left[team_row] if team_row >= 0 else np.inf
        return min(left, self.left[self.offer.company_row] if self.offer.company_row >= 0 else np.inf)


@dataclass
class Quote:
    """What one person is asked to pay: per activity, and in which order its options are to be tried."""

    price: Floats
    order: list[list[int]]


class Search:
    """The plan of one person (row `row` of the crowd), its moves, and the stock it takes from.

    With `keep` a plan that closes something always will, though its hours bring less than they are to.
    """

    def __init__(self, offer: Offer, crowd: Crowd, row: int, gains: Floats, stock: Stock, *, keep: bool = False):
        self.offer, self.gains, self.stock, self.keep = offer, gains, stock, keep
        self.region, self.team_row = int(crowd.region[row]), int(crowd.team_row[row])
        self.d, self.sd, self.w = crowd.shortfall[row], crowd.sd[row], crowd.weight[row]
        self.hours, self.money = float(crowd.hours[row]), float(crowd.budget[row])
        self.room = np.full(offer.hours_in.shape[1], PEAK * WINDOW_WEEKS * float(crowd.weekly[row]))
        self.before = crowd.needs_of(row, offer)
        self.chosen: dict[int, int] = {}
        self.days: set[int] = set()
        self.total = np.zeros(gains.shape[1])

    def closed(self) -> float:
        """Return the weighted gap closed by the plan, before any price."""
        return float(gained(self.total, self.d, self.sd, self.w).sum())

    def value(self) -> float:
        """Return the plan's worth as `plan_person` counts it: the gap closed less the prices that break ties."""
        return self.closed() - float(sum(self.offer.price[option] for option in self.chosen.values()))

    def put(self, option: int) -> None:
        """Put an option into the plan."""
        self._change(option, 1.0)
        self.chosen[int(self.offer.activity[option])] = option
        self.days |= self.offer.days[option]

    def drop(self, activity: int) -> int:
        """Take an activity out of the plan and return the option it had."""
        option = self.chosen.pop(activity)
        self._change(option, -1.0)
        self.days -= self.offer.days[option]
        return option

    def _change(self, option: int, sign: float) -> None:
        activity = self.offer.activity[option]
        self.stock.take(option, self.region, self.team_row, sign)
        self.hours -= sign * float(self.offer.hours[activity])
        self.money -= sign * float(self.offer.cost[activity])
        self.room -= sign * self.offer.hours_in[option]
        self.total = self.total + sign * self.gains[activity]

    def place(self, activity: int, quote: Quote) -> int | None:
        """Return the first option of an activity that fits beside the plan, or nothing."""
        offer = self.offer
        ends = [int(offer.last_day[self.chosen[p]]) for p in self.before[activity]]
        earliest = max((end + int(offer.pause[activity]) for end in ends), default=-1)
        follow = [a for a in offer.after[activity] if a in self.chosen]
        latest = min((int(offer.first_day[self.chosen[a]] - offer.pause[a]) for a in follow), default=10**6)
        for option in quote.order[activity]:
            if (
                earliest < offer.first_day[option]
                and offer.last_day[option] < latest
                and self.days.isdisjoint(offer.days[option])
                and (offer.hours_in[option] <= self.room + _SLACK).all()
                and self.stock.has(option, self.region)
            ):
                return option
        return None

    def start(self, activities: list[int], quote: Quote) -> None:
        """Put in what fits of some activities, those needed by others first."""
        for activity in activities:
            if activity not in self.chosen:
                self._put_all(self._missing(activity), quote)

    def start_small(self, candidates: Whole, quote: Quote) -> None:
        """Put in the best activity that fits at all, whatever others would give for it."""
        if not self._add(candidates, Quote(self.offer.cost * 0.0, quote.order), self.offer.cost * 0.0):
            everything = np.flatnonzero(self.gains.sum(1) > 0)
            self._add(everything, Quote(self.offer.cost * 0.0, quote.order), self.offer.cost * 0.0)

    def build(self, candidates: Whole, quote: Quote, toll: Floats) -> None:
        """Add the best activities one by one, each charged `toll` for the person's own hours and money."""
        for _ in range(len(candidates)):
            if not self._add(candidates, quote, toll):
                return

    def improve(self, candidates: Whole, quote: Quote, moves: int = 12) -> None:
        """Add, exchange and drop while the plan's worth after prices grows."""
        free = np.zeros(len(self.offer.ids))
        for _ in range(moves):
            if not (
                self._add(candidates, quote, free)
                or self._exchange(candidates, quote)
                or self._rebuild(candidates, quote)
            ):
                return

    def _paid(self, quote: Quote) -> float:
        return self.closed() - float(quote.price[list(self.chosen)].sum())

    def _rebuild(self, candidates: Whole, quote: Quote) -> bool:
        """Take one activity out and fill up anew without it; keep the first such change that pays."""
        before, kept = self._paid(quote), dict(self.chosen)
        free = np.zeros(len(self.offer.ids))
        for gone in list(kept):
            if any(b in kept for b in self.offer.after[gone]):
                continue
            self.drop(gone)
            rest = candidates[candidates != gone]
            while self._add(rest, quote, free):
                pass
            if self._paid(quote) > before + _LEAST and self._may_be(self.closed()):
                return True
            for activity in [a for a in self.chosen if a not in kept]:
                self.drop(activity)
            self.put(kept[gone])
        return False

    def _may_be(self, closed: Floats | float) -> Flags:
        return np.asarray((np.asarray(closed) >= _LEAST) | (not self.keep))

    def _spare(self) -> float:
        return min(self.money, self.stock.money(self.team_row)) + _SLACK

    def _missing(self, activity: int) -> list[int]:
        """Return the activity and what it still needs first, in the order in which to do them."""
        found: list[int] = []
        waiting = [activity]
        while waiting:
            one = waiting.pop()
            if one not in self.chosen and one not in found:
                found.append(one)
                waiting += self.before[one]
        return found[::-1]

    def _add(self, candidates: Whole, quote: Quote, toll: Floats) -> bool:
        offer = self.offer
        gains, price = self.gains[candidates].copy(), (quote.price + toll)[candidates]
        hours, cost = offer.hours[candidates].copy(), offer.cost[candidates].copy()
        for place, activity in enumerate(candidates):
            if self.before[activity]:
                for other in self._missing(int(activity)):
                    if other != activity:
                        gains[place] += self.gains[other]
                        price[place] += (quote.price + toll)[other]
                        hours[place] += offer.hours[other]
                        cost[place] += offer.cost[other]
        worth = gained(self.total + gains, self.d, self.sd, self.w).sum(1) - self.closed() - price
        fits = (hours <= self.hours + _SLACK) & (cost <= self._spare())
        fits &= ~np.isin(candidates, list(self.chosen))
        worth = np.where(fits, worth, -1.0)
        for place in np.argsort(-worth, kind="stable")[:_TRIES]:
            if worth[place] < _LEAST:
                return False
            if self._put_all(self._missing(int(candidates[place])), quote):
                return True
        return False

    def _put_all(self, activities: list[int], quote: Quote) -> bool:
        if (
            self.offer.hours[activities].sum() > self.hours + _SLACK
            or self.offer.cost[activities].sum() > self._spare()
        ):
            return False
        done: list[int] = []
        for activity in activities:
            option = self.place(activity, quote) if all(p in self.chosen for p in self.before[activity]) else None
            if option is None:
                for one in done[::-1]:
                    self.drop(one)
                return False
            self.put(option)
            done.append(activity)
        return True

    def _exchange(self, candidates: Whole, quote: Quote) -> bool:
        offer = self.offer
        out = [a for a in self.chosen if not any(b in self.chosen for b in offer.after[a])]
        into = [-1] + [
            int(a) for a in candidates if a not in self.chosen and all(p in self.chosen for p in self.before[a])
        ]
        if not out:
            return False
        gains = np.vstack([np.zeros((1, self.gains.shape[1])), self.gains[into[1:]]])
        price, hours, cost = (
            np.concatenate([[0.0], table[into[1:]]]) for table in (quote.price, offer.hours, offer.cost)
        )
        base = self.total - self.gains[out]
        closed = gained(base[:, None, :] + gains[None], self.d, self.sd, self.w).sum(2)
        worth = closed - self.closed()
        worth += quote.price[out][:, None] - price[None]
        fits = hours[None] - offer.hours[out][:, None] <= self.hours + _SLACK
        fits &= cost[None] - offer.cost[out][:, None] <= self._spare()
        worth = np.where(fits & self._may_be(closed), worth, -1.0)
        for flat in np.argsort(-worth, axis=None, kind="stable")[:_TRIES]:
            first, second = divmod(int(flat), len(into))
            if worth[first, second] < _LEAST:
                return False
            if self._swap(out[first], into[second], quote):
                return True
        return False

    def _swap(self, gone: int, comes: int, quote: Quote) -> bool:
        old = self.drop(gone)
        if comes < 0:
            return True
        if gone not in self.before[comes]:
            option = self.place(comes, quote)
            if option is not None:
                self.put(option)
                return True
        self.put(old)
        return False
