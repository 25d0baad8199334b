"""The loops that linearise the equilibrium equations state by state, and eliminate the likelihood increments."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

from comity.model.solver.layout import Array

__all__ = ["linearize_into"]


@numba.njit(parallel=True, cache=True, error_model="numpy")
def linearize_into(increments: Any, lam: float, frame: Any, at: Any) -> float:
    """Fill the equations linearised at a point, and return their largest residual.

    Parameters
    ----------
    increments : array, shape (S, 4)
    lam : float
    frame : Frame
        The game.
    at : Linear
        Its `scaled` holds lam times the values; every other array is written.
    """
    worst = np.empty(2 * len(frame.entente_feasible) * len(frame.leader_feasible))
    for block in numba.prange(len(worst)):
        worst[block] = _block(np.int64(block), len(worst), increments, lam, frame, at)
    return worst.max()


# Below, a block's states are passed one piece of the equations after the other. Arrays are taken out of their tuples
# before the loops: the compiler counts references at every look into a tuple.


class _Acts(NamedTuple):
    """A block's states after the entente's acts; by state, act and player, but for the last: by state, type and act."""

    after: Array
    steep: Array
    sigma: Array


@numba.njit(cache=True, error_model="numpy")
def _block(block: Any, blocks: int, increments: Any, lam: float, frame: Any, at: Any) -> float:
    """Fill `at` for the states of one depth, pact and bloc, and return their largest residual."""
    players, width, places = at.scaled.shape[1], len(at.scaled) // blocks, len(frame.leader_feasible)
    k, f, q = block // (2 * places), block // places % 2, block % places
    first = block * width
    residual = np.empty((width, players))
    acts = _Acts(np.empty((width, 4, players)), np.empty((width, 4, players)), np.empty((width, 2, 4)))
    _flow(first, lam, frame, at, residual)
    _others(first, q, lam, frame, at, residual)
    _lead(first, frame.moved[f], increments, frame, at, acts)
    open_, cost = frame.entente_feasible[k, f], frame.entente_cost[f]
    worst = _entente(first, open_, cost, lam, increments, frame, at, acts, residual)
    for violation in residual.flat:
        worst = max(worst, abs(violation)) if np.isfinite(violation) else np.inf
    return worst


@numba.njit(cache=True, error_model="numpy")
def _flow(first: int, lam: float, frame: Any, at: Any, residual: Any) -> None:
    """Begin the sums over what happens: payoffs, impatience, and beliefs that fall back to the prior."""
    scaled, along_lam, flow, nodes = at.scaled, at.along_lam, frame.flow, len(frame.beta)
    prior, share, reset, decay = frame.prior, frame.prior_share, frame.reset, frame.decay
    for here in range(len(residual)):
        s = first + here
        u = s - s % nodes + prior
        for j in range(residual.shape[1]):
            fallen = scaled[u, j] + share * (scaled[u + 1, j] - scaled[u, j])
            along_lam[s, j] = flow[s, j]
            residual[here, j] = lam * flow[s, j] + reset * fallen - decay * scaled[s, j]


@numba.njit(cache=True, error_model="numpy")
def _others(first: int, q: int, lam: float, frame: Any, at: Any, residual: Any) -> None:
    """Add the occasions of the leader and of the swing states."""
    scaled, along_lam, leader, swing = at.scaled, at.along_lam, at.leader, at.swing
    rates, strides, swing_cost = frame.rates, frame.strides, frame.swing_cost
    chance, cost, open_ = np.empty(3), frame.leader_cost.copy(), frame.leader_feasible[q].copy()
    for i in range(len(rates)):
        rate, stride, own = rates[i], strides[i], 2 + i
        if i > 0:
            open_[:] = True
        for here in range(len(residual)):
            s = first + here
            # The leader moves by steps, a swing state to a place.
            foot = s - stride if i == 0 else s - s // stride % 3 * stride
            for a in range(3):
                if i > 0:
                    cost[a] = swing_cost[s // stride % 3, a]
                chance[a] = scaled[foot + a * stride, own] - lam * cost[a] if open_[a] else -np.inf
            best = _logit(chance)
            dearer = -(chance[0] * cost[0] + chance[1] * cost[1] + chance[2] * cost[2])
            for a in range(3):
                if i == 0:
                    leader[s, a] = chance[a]
                else:
                    swing[s, i - 1, a] = chance[a]
            u0, u1, u2 = foot if open_[0] else s, foot + stride, foot + 2 * stride if open_[2] else s
            w0, w1, w2 = rate * chance[0], rate * chance[1], rate * chance[2]
            c0, c1, c2 = w0 * (-cost[0] - dearer), w1 * (-cost[1] - dearer), w2 * (-cost[2] - dearer)
            best, dearer = residual[here, own] + rate * best, along_lam[s, own] + rate * dearer
            for j in range(residual.shape[1]):
                residual[here, j] += w0 * scaled[u0, j] + w1 * scaled[u1, j] + w2 * scaled[u2, j]
                along_lam[s, j] += c0 * scaled[u0, j] + c1 * scaled[u1, j] + c2 * scaled[u2, j]
            residual[here, own], along_lam[s, own] = best, dearer


@numba.njit(inline="always", error_model="numpy")
def _logit(scores: Any) -> float:
    """Turn scores into logit choices, in place, and return their log-sum: lam times the expected best."""
    top = -np.inf
    for score in scores:
        top = max(top, score)
    total = 0.0
    for a in range(len(scores)):
        scores[a] = np.exp(scores[a] - top)
        total += scores[a]
    for a in range(len(scores)):
        scores[a] /= total
    return np.log(total) + top


@numba.njit(cache=True, error_model="numpy")
def _lead(first: int, moved: Any, increments: Any, frame: Any, at: Any, acts: Any) -> None:
    """Find where each act of the entente leads, everybody's values there, and their slopes in its increment."""
    scaled, place, upper, beta, b, foot = at.scaled, at.place, at.upper, frame.beta, frame.b, frame.foot
    after, steep, _ = acts
    bound, step, nodes = beta[-1], beta[1] - beta[0], len(beta)
    for here in range(len(after)):
        s, m = first + here, here % nodes
        for a in range(4):
            believed = beta[m] + increments[s, a] + moved[a]
            to = min(max(believed, -bound), bound)
            low = min(max(int(np.floor((to + bound) / step)), 0), nodes - 2)
            span, chance = b[low + 1] - b[low], 1 / (1 + np.exp(-to))
            inside = 1.0 if abs(believed) < bound else 0.5 if abs(believed) == bound else 0.0  # halfway at the very end
            share, slope = (chance - b[low]) / span, inside * chance * (1 - chance) / span
            u = foot[s, a] + low
            place[s, a], upper[s, a] = u, share
            for j in range(after.shape[2]):
                rise = scaled[u + 1, j] - scaled[u, j]
                after[here, a, j], steep[here, a, j] = scaled[u, j] + share * rise, slope * rise


@numba.njit(cache=True, error_model="numpy")
def _entente(
    first: int, open_: Any, cost: Any, lam: float, increments: Any, frame: Any, at: Any, acts: Any, residual: Any
) -> float:
    """Add the entente's occasion, increments eliminated; return the largest violation of Bayes' rule."""
    after, steep, sigma = acts
    b, nu_e, eta, nodes, players = frame.b, frame.nu_e, frame.eta, len(frame.b), residual.shape[1]
    right, along_lam, response = at.right, at.along_lam, at.response
    back, back_lam, back_right, entente, mixture = (
        at.increments,
        at.increments_along_lam,
        at.increments_right,
        at.entente,
        at.mixture,
    )
    gain, apart, inverse = np.empty((4, players)), np.empty((2, 4, players)), np.empty((4, 4))
    column, diagonal, left, mean = np.empty((2, 4)), np.empty(4), np.empty(4), np.empty(players)
    worst = 0.0
    for here in range(len(residual)):
        s = first + here
        believed = b[s % nodes]
        for t in range(2):
            weight = believed if t == 1 else 1 - believed
            for a in range(4):
                sigma[here, t, a] = after[here, a, t] - lam * cost[a] if open_[a] else -np.inf
            residual[here, t] += nu_e * _logit(sigma[here, t])
            _apart(sigma[here, t], weight, after[here], t, mean, apart[t])
            for j in range(2, players):
                residual[here, j] += nu_e * mean[j]
        worst = max(worst, _bayes(open_, eta, increments[s], sigma[here], steep[here], column, diagonal, left, inverse))
        for a in range(4):
            mixed = (1 - believed) * sigma[here, 0, a] + believed * sigma[here, 1, a]
            entente[s, a], mixture[s, a] = (sigma[here, 0, a] + sigma[here, 1, a]) / 2, nu_e * mixed
            for j in range(players):
                own = apart[0, a, j] * steep[here, a, 0] + apart[1, a, j] * steep[here, a, 1]
                gain[a, j] = own + mixed * steep[here, a, j] if j >= 2 else own
        _eliminated(nu_e, sigma[here], apart, gain, inverse, column, back[s], response[s])
        for c in range(4):
            from_lam, from_residual = 0.0, 0.0
            for a in range(4):
                from_lam -= cost[a] * (back[s, a, c] + back[s, 4 + a, c])
                from_residual += left[a] * inverse[a, c]
            back_lam[s, c], back_right[s, c] = from_lam, from_residual
        for j in range(players):
            dearer, total = 0.0, residual[here, j]
            for a in range(4):
                dearer += cost[a] * (response[s, a, j] + response[s, 4 + a, j])
                total += nu_e * back_right[s, a] * gain[a, j]
            along_lam[s, j] -= dearer
            right[s, j] = -total
    return worst


@numba.njit(inline="always", error_model="numpy")
def _apart(sigma: Any, weight: float, after: Any, own: int, mean: Any, apart: Any) -> None:
    """Change of everybody's expected values when a type's score of an act rises, by act; and their present mean.

    The type itself gains what it chooses; the others, who take the actor for this type with the chance `weight`, gain
    by how much the act is better for them than what it would have done.
    """
    for j in range(2, len(mean)):
        mean[j] = 0.0
        for a in range(4):
            mean[j] += sigma[a] * after[a, j]
    for a in range(4):
        for j in range(len(mean)):
            apart[a, j] = weight * sigma[a] * (after[a, j] - mean[j]) if j >= 2 else sigma[a] if j == own else 0.0
    for j in range(2, len(mean)):
        mean[j] *= weight


@numba.njit(inline="always", error_model="numpy")
def _bayes(
    open_: Any, eta: float, increments: Any, sigma: Any, steep: Any, column: Any, diagonal: Any, left: Any, inverse: Any
) -> float:
    """Invert Bayes' rule for a state's increments, by right side and unknown, and return its largest violation.

    The matrix is a diagonal less two products of vectors, one for each type; Woodbury's formula inverts it.
    """
    chance = eta / open_.sum()
    worst = 0.0
    a00, a01, a10, a11 = 1.0, 0.0, 0.0, 1.0
    for a in range(4):
        column[0, a] = column[1, a] = 0.0
        left[a] = -increments[a]
        if open_[a]:
            unlikely, likely = (1 - eta) * sigma[0, a] + chance, (1 - eta) * sigma[1, a] + chance
            left[a] += np.log(likely / unlikely)
            column[0, a], column[1, a] = (1 - eta) * sigma[0, a] / unlikely, (1 - eta) * sigma[1, a] / likely
        worst = max(worst, abs(left[a])) if np.isfinite(left[a]) else np.inf
        # The unknown x solves diagonal x + column1 (row1 . x) - column0 (row0 . x) = right.
        row0, row1 = sigma[0, a] * steep[a, 0], sigma[1, a] * steep[a, 1]
        diagonal[a] = 1 + column[0, a] * steep[a, 0] - column[1, a] * steep[a, 1]
        a00 -= row0 * column[0, a] / diagonal[a]
        a01 += row0 * column[1, a] / diagonal[a]
        a10 -= row1 * column[0, a] / diagonal[a]
        a11 += row1 * column[1, a] / diagonal[a]
    determinant = a00 * a11 - a01 * a10
    for a in range(4):
        r0, r1 = sigma[0, a] * steep[a, 0] / diagonal[a], sigma[1, a] * steep[a, 1] / diagonal[a]
        x0, x1 = (a11 * r0 - a01 * r1) / determinant, (a00 * r1 - a10 * r0) / determinant
        for c in range(4):
            inverse[a, c] = (column[0, c] * x0 - column[1, c] * x1 + (c == a)) / diagonal[c]
    return worst


@numba.njit(inline="always", error_model="numpy")
def _eliminated(
    nu_e: float, sigma: Any, apart: Any, gain: Any, inverse: Any, column: Any, back: Any, response: Any
) -> None:
    """Let each type's value after each act rise: what the increments answer, and with them everybody's equations."""
    for t in range(2):
        sign = 1.0 if t == 1 else -1.0
        for c in range(4):
            together = 0.0
            for a in range(4):
                together += column[t, a] * inverse[a, c]
            for a in range(4):
                back[4 * t + a, c] = sign * (column[t, a] * inverse[a, c] - sigma[t, a] * together)
        for a in range(4):
            for j in range(gain.shape[1]):
                change = apart[t, a, j]
                for c in range(4):
                    change += back[4 * t + a, c] * gain[c, j]
                response[4 * t + a, j] = nu_e * change
