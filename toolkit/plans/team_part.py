"""A part of the people: bounds at given prices, and plans from a part of what is shared.

A company is planned in one or two parts, each in a process of its own where that pays; the outcome
is the same either way. Teams are never divided.
"""

import numpy as np

from toolkit.plans.enumeration import NEAR_PROOF, best_set
from toolkit.plans.objective import Floats
from toolkit.plans.person_search import Quote, Search, Stock
from toolkit.plans.pricing import SHARP, OptionPrices, Pricing
from toolkit.plans.team_model import Crowd, Offer, Whole

_CANDIDATES, _BATCHES, _KEENNESS, _SEED = 48, 50, 3.0, 20260105
_GONE, _TINY = 1e3, 1e-9


class Part:
    """Some of the people with their multipliers and their plans so far."""

    def __init__(self, offer: Offer, crowd: Crowd):
        self.offer, self.crowd, self.pricing = offer, crowd, Pricing(offer, crowd)
        self.searches: list[Search] = []
        self.floors, self.everyone = np.zeros(len(crowd.ids)), False
        self.order = np.random.default_rng(_SEED).permutation(len(crowd.ids))

    def ask(self, prices: Floats, sharps: tuple[float, ...], steps: int) -> tuple[Floats, float, Floats]:
        """Return bounds per person, their smoothed sum, and what would be taken of each shared thing."""
        offer = self.offer
        asked = self.pricing.ask(prices, sharps, steps)
        at = OptionPrices(offer, prices, sharps[-1])
        taken = asked.spent
        for region, table in enumerate(offer.use):
            taken[: table.shape[1]] += (asked.wanted[region][offer.activity] * at.share[region]) @ table
        return asked.bound, float(asked.smooth.sum()), taken

    def proven(self, prices: Floats) -> tuple[Floats, Floats]:
        """Return what no plan of each person can be worth after paying these prices, and the multipliers behind it."""
        at = OptionPrices(self.offer, prices, SHARP)
        bounds = np.empty(len(self.crowd.ids))
        for row in range(len(bounds)):
            rows = np.array([row])
            price = self.pricing.activity_prices(prices, at.lowest, rows)
            z = self.pricing.multipliers[rows]
            loose = float(self.pricing.bounds(z, price, rows)[0])
            bounds[row] = best_set(
                self.pricing, row, price[0], self.pricing.worth(z, price, rows)[0], loose, NEAR_PROOF
            ).bound
        return bounds, self.pricing.multipliers

    def build(self, prices: Floats, left: Floats, moves: int, floors: Floats, everyone: bool) -> tuple[float, Floats]:
        """Plan everybody anew from `left`; return the plans' worth and what remains.

        `floors` is what each person's plan shall be worth at least, as far as what is left allows.
        """
        self.floors, self.everyone = floors, everyone
        offer, crowd = self.offer, self.crowd
        stock, whole = Stock(offer, left), np.maximum(left, 1e-9)
        held = self._hold_back(stock) if everyone else np.zeros(len(crowd.ids))
        searches: dict[int, Search] = {}
        due = self._due(left)
        factor, served = np.ones(len(prices)), np.zeros(len(prices))
        for batch in np.array_split(self.order, min(_BATCHES, len(self.order))):
            self._build_some(batch, prices * factor, stock, held, searches, moves)
            for row in batch:
                served += due[crowd.region[row]]
                if crowd.team_row[row] >= 0:
                    served[crowd.team_row[row]] += due[-1][crowd.team_row[row]]
            # What goes faster than people are served gets dearer, what is left over cheaper.
            gone = 1.0 - np.asarray(stock.left) / whole
            factor = np.clip(np.exp(_KEENNESS * (gone - served)), 0.3, 3.0)
        self.searches = [searches[row] for row in range(len(crowd.ids))]
        return self.value(), np.asarray(stock.left)

    def _due(self, left: Floats) -> Floats:
        """Return which share of each shared thing one person of each region (last row: of the team) stands for."""
        offer, crowd = self.offer, self.crowd
        heads = np.bincount(crowd.region, minlength=len(offer.use)).astype(float)
        due = np.zeros((len(offer.use) + 1, len(left)))
        shared = offer.use[0].shape[1] if offer.use else 0
        served = np.array([(table > 0).any(0) for table in offer.use])
        total = (served * heads[:, None]).sum(0)
        due[:-1, :shared] = np.where(served, 1.0 / np.maximum(total, 1.0), 0.0)
        if offer.company_row >= 0:
            due[:-1, offer.company_row] = 1.0 / len(crowd.ids)
        members = np.bincount(crowd.team_row[crowd.team_row >= 0], minlength=len(left))
        due[-1] = 1.0 / np.maximum(members, 1)
        return due

    def _build_some(
        self, rows: Whole, prices: Floats, stock: Stock, held: Floats, searches: dict[int, Search], moves: int
    ) -> None:
        offer, pricing = self.offer, self.pricing
        of_region, orders = self._offered(prices, stock)
        price = pricing.activity_prices(prices, of_region, rows)
        z = pricing.multipliers[rows]
        worth, bound = pricing.worth(z, price, rows), pricing.bounds(z, price, rows)
        toll = z[:, pricing.competencies :] @ pricing.rows.T
        for place, row in enumerate(rows):
            self._give_back(int(row), stock, held)
            search = Search(offer, self.crowd, int(row), pricing.gains[row], stock, keep=self.everyone)
            quote = Quote(price[place], orders[self.crowd.region[row]])
            best = best_set(pricing, int(row), price[place], worth[place], float(bound[place]))
            search.start(best.activities, quote)
            near = self.candidates(int(row), worth[place])
            search.build(near, quote, toll[place])
            search.improve(near, quote, moves)
            for discount in (0.5, 0.2, 0.0):
                if search.value() < self.floors[row] - _TINY:
                    search.improve(near, Quote(discount * price[place], quote.order), moves)
            if not search.chosen:
                search.start_small(near, quote)
            searches[int(row)] = search

    def candidates(self, row: int, worth: Floats) -> Whole:
        """Return the activities worth trying for a person."""
        near = np.argsort(-worth, kind="stable")[:_CANDIDATES]
        return np.asarray(near[self.crowd.eligible[row][near]])

    def _offered(self, prices: Floats, stock: Stock) -> tuple[Floats, list[list[list[int]]]]:
        """Return the price of each activity by region, high where nothing is left, and its options in order."""
        offer = self.offer
        lowest, orders = np.full((len(offer.use), len(offer.ids)), _GONE), []
        for region, table in enumerate(offer.use):
            by_option = offer.price + table @ prices[: table.shape[1]]
            there = np.array([stock.has(option, region) for option in range(len(by_option))], dtype=bool)
            np.minimum.at(lowest[region], offer.activity[there], by_option[there])
            orders.append([sorted(map(int, options), key=by_option.__getitem__) for options in offer.of_activity])
        return lowest, orders

    def _hold_back(self, stock: Stock) -> Floats:
        """Keep aside what each person's cheapest plan costs, so that nobody is left without one."""
        cheapest = self.cheapest()
        for row, cost in enumerate(cheapest):
            self._move_money(row, stock, -cost)
        return cheapest

    def cheapest(self) -> Floats:
        """Return what the cheapest activity that closes something costs each person; 0 where there is none."""
        gains = self.pricing.gains.sum(2) > 0
        cost = np.where(gains & self.crowd.eligible, self.offer.cost, np.inf)
        cost[:, self.offer.needs[:, 0]] = np.inf
        least = cost.min(1, initial=np.inf)
        return np.asarray(np.where(np.isfinite(least), least, 0.0))

    def _give_back(self, row: int, stock: Stock, held: Floats) -> None:
        self._move_money(row, stock, held[row])
        held[row] = 0.0

    def _move_money(self, row: int, stock: Stock, amount: float) -> None:
        for place in (int(self.crowd.team_row[row]), self.offer.company_row):
            if place >= 0:
                stock.left[place] += float(amount)

    def renew(self, prices: Floats, left: Floats, moves: int) -> tuple[float, Floats]:
        """Let each person choose anew at these prices from what is left; a plan not better after prices is not taken.

        Who gains less by a seat than its price gives it up, for those still to come.
        """
        offer, pricing, stock = self.offer, self.pricing, Stock(self.offer, left)
        at = OptionPrices(offer, prices, SHARP)
        for row in self.order:
            old = self.searches[row]
            old.stock = stock
            before = dict(old.chosen)
            paid = old.closed() - self._charge(old, prices, at)
            for activity in before:
                old.drop(activity)
            rows = np.array([row])
            price = pricing.activity_prices(prices, self._lowest(at, stock, int(old.region)), rows)
            z = pricing.multipliers[rows]
            worth, bound = pricing.worth(z, price, rows)[0], float(pricing.bounds(z, price, rows)[0])
            by_option = at.by_option[old.region]
            orders = [sorted(map(int, options), key=by_option.__getitem__) for options in offer.of_activity]
            quote = Quote(price[0], orders)
            old.start(best_set(pricing, int(row), price[0], worth, bound).activities, quote)
            old.improve(self.candidates(int(row), worth), quote, moves)
            low = not old.chosen or old.value() < self.floors[row] - _TINY
            if low or old.closed() - self._charge(old, prices, at) < paid:
                for activity in list(old.chosen):
                    old.drop(activity)
                for option in before.values():
                    old.put(option)
        return self.value(), np.asarray(stock.left)

    def _charge(self, search: Search, prices: Floats, at: OptionPrices) -> float:
        """Return what a plan costs at these prices."""
        money = sum(float(prices[one]) for one in (search.team_row, self.offer.company_row) if one >= 0)
        options = list(search.chosen.values())
        cost = float(self.offer.cost[self.offer.activity[options]].sum()) if options else 0.0
        return float(at.by_option[search.region][options].sum()) + money * cost if options else 0.0

    def _lowest(self, at: OptionPrices, stock: Stock, region: int) -> Floats:
        """Return the price of each activity where something is left, for all regions alike as seen from one."""
        offer, by_option = self.offer, at.by_option[region]
        there = [option for option in range(len(by_option)) if stock.has(option, region)]
        lowest = np.full((len(offer.use), len(offer.ids)), _GONE)
        np.minimum.at(lowest[region], offer.activity[there], by_option[there])
        return lowest

    def polish(self, left: Floats, moves: int = 6) -> tuple[float, Floats]:
        """Improve each plan with what is left, at no price; the plans' worth can only grow."""
        stock = Stock(self.offer, left)
        none = np.zeros(len(left))
        of_region, orders = self._offered(none, stock)
        z = self.pricing.multipliers
        for row in self.order:
            search = self.searches[row]
            search.stock = stock
            price = of_region[self.crowd.region[row]].copy()
            for activity, option in search.chosen.items():
                price[activity] = self.offer.price[option]
            rows = np.array([row])
            near = self.candidates(int(row), self.pricing.worth(z[rows], price[None], rows)[0])
            search.improve(near, Quote(price, orders[self.crowd.region[row]]), moves)
        return self.value(), np.asarray(stock.left)

    def value(self) -> float:
        """Return what all plans so far are worth."""
        return float(sum(search.value() for search in self.searches))

    def plans(self) -> list[list[int]]:
        """Return each person's options."""
        return [sorted(search.chosen.values()) for search in self.searches]
