"""Learns the weights of ranking and of certainty from sets of questions, and says what they bring on questions held out.

    python -m bench.learn_ranking --set CORPUS.jsonl QUESTIONS.jsonl [--set …] [--every N] [--write]

Questions that share a relevant clause stay in one fold. What is not answered is made by hiding the relevant clauses of a
question; sets with real unanswered questions add those. `--every N` takes each N-th question of a set of more than a thousand.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from policy_kb import answering, ranking
from policy_kb.evaluating import Asked, read_corpus, read_questions
from policy_kb.finding import MOST, Finder

_FOLDS = 5
_LARGE = 1000
_SMALLEST = 5  # clauses that make a base


@dataclass
class Measured:
    """A set: features float64[questions, MOST, features] (rows beyond the found are zero), and which clauses are relevant."""

    name: str
    asked: list[Asked]
    features: np.ndarray
    relevant: np.ndarray
    held: np.ndarray
    finder: Finder
    ids: list[str]
    documents: np.ndarray

    @property
    def folds(self) -> np.ndarray:
        """Return a fold for each question."""
        return folds([each.relevant for each in self.asked])


def folds(relevant: Sequence[frozenset[str]]) -> np.ndarray:
    """Return a fold for each question; those that share a clause, by whatever chain, share the fold."""
    parent: dict[str, str] = {}

    def root(of: str) -> str:
        while parent.setdefault(of, of) != of:
            of = parent[of]
        return of

    for each in relevant:
        for one in each:
            parent[root(one)] = root(min(each))
    roots = [root(min(each)) if each else f"none {n}" for n, each in enumerate(relevant)]
    order = sorted(set(roots))
    np.random.default_rng(0).shuffle(order)
    fold = {one: n % _FOLDS for n, one in enumerate(order)}
    return np.array([fold[one] for one in roots])


def measure(corpus: Path, questions: Path, every: int) -> Measured:
    """Find for every question and keep the features."""
    ids, passages = read_corpus(corpus)
    asked = read_questions(questions)
    asked = asked[::every] if len(asked) > _LARGE else asked
    finder = Finder.over(passages)
    features = np.zeros((len(asked), MOST, len(ranking.NAMES)))
    relevant, held = np.zeros((len(asked), MOST)), np.zeros((len(asked), MOST), dtype=bool)
    for n, each in enumerate(asked):
        found, measured = finder.measure(each.text)
        features[n, : len(found)] = measured
        relevant[n, : len(found)] = [ids[place] in each.relevant for place in found]
        held[n, : len(found)] = True
    return Measured(
        corpus.parent.name,
        asked,
        features,
        relevant,
        held,
        finder,
        ids,
        np.array([p.document for p in passages]),
    )


def fit_ranking(sets: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], ridge: float = 1e-2) -> np.ndarray:
    """Return the weights under which the relevant clauses are likeliest chosen (a conditional logit); each set counts the same."""
    features = np.concatenate([each[0] for each in sets])
    relevant = np.concatenate([each[1] for each in sets])
    held = np.concatenate([each[2] for each in sets])
    share = np.concatenate([np.full(len(each[0]), 1 / len(each[0]) / len(sets)) for each in sets])
    some = relevant.sum(axis=1) > 0
    features, relevant, held, share = features[some], relevant[some], held[some], share[some]
    wanted = relevant / relevant.sum(axis=1, keepdims=True)
    scale = features[held].std(axis=0) + 1e-6

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        fits = np.where(held, features @ (weights / scale), -np.inf)
        fits = fits - fits.max(axis=1, keepdims=True)
        odds = np.exp(fits)
        odds /= odds.sum(axis=1, keepdims=True)
        lost = -(share * (wanted * np.log(odds + 1e-12)).sum(axis=1)).sum() + ridge * weights @ weights
        slope = np.einsum("q,qc,qcf->f", share, odds - wanted, features) / scale + 2 * ridge * weights
        return float(lost), slope

    found = minimize(loss, np.zeros(features.shape[2]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / scale)


def ranks(each: Measured, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the place, from 0, of the first relevant clause for answerable questions; MOST where none was found."""
    fits = np.where(each.held[rows], each.features[rows] @ weights, -np.inf)
    order = np.argsort(-fits, axis=1, kind="stable")
    hits = np.take_along_axis(each.relevant[rows], order, axis=1)
    return np.where(hits.any(axis=1), hits.argmax(axis=1), MOST)


def said(name: str, found: np.ndarray) -> str:
    """Return R@1 and R@5 in words."""
    return f"{name}: R@1 {np.mean(found < 1):.3f} R@5 {np.mean(found < 5):.3f}"


def held_out(sets: Sequence[Measured], columns: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Return the ranks of each set's answerable questions under weights learned without their folds."""
    keep = np.ones(len(ranking.NAMES)) if columns is None else columns
    found = {each.name: np.full(len(each.asked), MOST) for each in sets}
    for fold in range(_FOLDS):
        parts = [
            (s.features[s.folds != fold] * keep, s.relevant[s.folds != fold], s.held[s.folds != fold])
            for s in sets
        ]
        weights = fit_ranking(parts) * keep
        for each in sets:
            rows = np.flatnonzero(each.folds == fold)
            found[each.name][rows] = ranks(each, weights, rows)
    return {s.name: found[s.name][[bool(asked.relevant) for asked in s.asked]] for s in sets}


def evidence_of(each: Measured, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return evidence float64[cases, EVIDENCE], whether the documents answer, and the folds.

    A question makes up to four cases: over all clauses and over those of one document, so that certainty means the same
    in a small base; each with the relevant clauses there and hidden.
    """
    rows, answered, of_fold = [], [], []
    places = {name: place for place, name in enumerate(each.ids)}
    for n, asked in enumerate(each.asked):
        relevant = [places[name] for name in asked.relevant]
        alone = each.documents == each.documents[relevant[0]] if relevant else np.zeros(0, dtype=bool)
        for readable in [None, *([alone] if np.count_nonzero(alone) >= _SMALLEST else [])]:
            for hidden in (False, True) if relevant else (False,):
                seen = np.ones(len(each.ids), dtype=bool) if readable is None else readable.copy()
                seen[relevant if hidden else []] = False
                rows.append(each.finder.weigh(asked.text, weights, seen))
                answered.append(bool(relevant) and not hidden)
                of_fold.append(each.folds[n])
    return np.array(rows), np.array(answered), np.array(of_fold)


def fit_certainty(evidence: np.ndarray, answered: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights and offset of a logistic regression."""
    scale = evidence.std(axis=0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=2000).fit(evidence / scale, answered, sample_weight=share)
    return model.coef_[0] / scale, float(model.intercept_[0])


def main() -> None:
    """Learn, say, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--set", nargs=2, type=Path, action="append", required=True, metavar=("CORPUS", "QUESTIONS")
    )
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    sets = [measure(corpus, questions, chosen.every) for corpus, questions in chosen.set]
    for name, found in held_out(sets).items():
        print(said(name, found))
    weights = fit_ranking([(each.features, each.relevant, each.held) for each in sets])
    parts = [evidence_of(each, weights) for each in sets]
    evidence, answered = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    share = np.concatenate([np.full(len(p[0]), len(parts[0][0]) / len(p[0])) for p in parts])
    slopes, offset = fit_certainty(evidence, answered, share)
    print("AUROC with relevant clauses hidden:", round(roc_auc_score(answered, evidence @ slopes), 3))
    if chosen.write:
        _write(ranking.WEIGHTS, weights=dict(zip(ranking.NAMES, weights.round(5).tolist(), strict=True)))
        named = dict(zip(answering.EVIDENCE, slopes.round(5).tolist(), strict=True))
        _write(answering.WEIGHTS, weights=named, offset=round(offset, 5), threshold=chosen.threshold)


def _write(path: Path, **values: object) -> None:
    path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
