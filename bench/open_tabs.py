"""CPU time of beats: a thousand open tabs, for the counter's simulation."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import crowd
from crowd import BEAT_EVERY, TICK, Lane, OpenPage, World
from killable import Paper
from truth import Truth

LANES = 6
TABS = 1000


class Measurement:
    """CPU time of a thousand open tabs, with one worker and the real clock."""

    def __init__(self, data: Path, record: Any):
        self.paper = Paper(data, 1)
        self.lanes = [Lane(self.paper, record) for _ in range(LANES)]
        world = World(
            random.Random(1), Truth(timedelta(), 0, 0), iter(()), record, lambda _numbers, _post: None
        )
        self.tabs = [(world.browser(), world.page()) for _ in range(TABS)]
        for number in range(0, TABS, 20):
            crowd.log_in(self.lanes[0], self.tabs[number][0], f"m{number // 20 + 2:05}", number // 20 + 2)

    def run(self, seconds: int) -> None:
        try:
            print(f"\n{'one process, one core':44} {'CPU ms a beat':>14} {'beats/s a core':>15}")
            self._show("a thousand first beats", 1)
            self._show("the same tabs again (five times)", 5)
            if seconds:
                self._show_open_tabs(seconds)
        finally:
            self.paper.stop()

    def _show(self, what: str, rounds: int) -> None:
        before = self.paper.cpu_seconds()
        with ThreadPoolExecutor(LANES) as pool:
            for _ in range(rounds):
                list(pool.map(self._beat_some, range(LANES)))
        spent = (self.paper.cpu_seconds() - before) / (rounds * TABS)
        print(f"{what:44} {spent * 1000:14.2f} {1 / spent:15,.0f}")

    def _beat_some(self, lane: int) -> None:
        for browser, page in self.tabs[lane::LANES]:
            self._beat(self.lanes[lane], browser, page)

    def _beat(self, lane: Lane, browser: crowd.Browser, page: OpenPage) -> None:
        beating = browser.beating(page, "")
        fields = next(beating)
        while fields:
            fields = crowd.proceed(beating, crowd.send(lane, browser, fields))

    def _show_open_tabs(self, seconds: int) -> None:
        """In real time: each tab every 50 seconds, one after another."""
        a_second = TABS / (TICK * BEAT_EVERY)
        before, begun = self.paper.cpu_seconds(), time.monotonic()
        for number in range(int(seconds * a_second)):
            self._beat(self.lanes[number % LANES], *self.tabs[number % TABS])
            time.sleep(max(0.0, begun + (number + 1) / a_second - time.monotonic()))
        share = (self.paper.cpu_seconds() - before) / (time.monotonic() - begun)
        print(f"{TABS:,} open tabs ({a_second:.0f} beats/s for {seconds} s): {share:.1%} of one core")
