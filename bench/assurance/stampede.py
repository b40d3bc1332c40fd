"""G4: many applicants submit within the last seconds, a tenth of them by a double click.

python -m bench.assurance.stampede [--people 60] [--within 20]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench.assurance.filing import Applicant, filing_site, reconcile

MOST_95, MOST_99 = 2.0, 5.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--within", type=float, default=20, help="seconds before the deadline")
    options = parser.parse_args()
    dice = random.Random(4)
    with filing_site(options.people) as (site, _, applicants):
        for one in applicants:
            one.fill_in()
        clicks = [*applicants, *applicants[:: max(1, len(applicants) // max(1, len(applicants) // 10))]]
        with ThreadPoolExecutor(len(clicks)) as pool:
            waits = {
                one.dossier: dice.uniform(0, options.within) for one in applicants
            }  # a double click shares its moment
            answers = list(pool.map(lambda one: timed(one, waits[one.dossier]), clicks))
        wrong = reconcile(site, [receipt for _, receipt, _ in answers if receipt])
    took = sorted(seconds for _, _, seconds in answers)
    late95, late99 = took[int(len(took) * 0.95) - 1], took[int(len(took) * 0.99) - 1]
    faults = sum(status >= 500 for status, _, _ in answers)
    filed = len({receipt for _, receipt, _ in answers if receipt})
    for sentence in wrong:
        print(sentence)
    print(
        f"{filed} of {options.people} filed in {options.within:g} s, {len(clicks)} clicks; {len(wrong)} lost or double; "
        f"95 % within {late95:.1f} s, 99 % within {late99:.1f} s; {faults} server errors"
    )
    return (
        0
        if filed == options.people and not wrong and not faults and late95 <= MOST_95 and late99 <= MOST_99
        else 1
    )


def timed(applicant: Applicant, wait: float) -> tuple[int, str, float]:
    time.sleep(wait)
    began = time.perf_counter()
    status, receipt = applicant.submit()
    return status, receipt, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
