"""Checks of what the comparisons rest on, with examples worked by hand: `python -m unittest test_harness`."""

from __future__ import annotations

import math
import unittest

import numpy as np

import zhou
from fibrillation_score import Alarm, Beats, Episodes, alarms_of, runs
from harness import Rhythm, gatt, sent, split, thin, worst
from readings import sfloat_hundredths


def rhythm(seconds: list[float], gaps: list[int] | None = None) -> Rhythm:
    """A recording of these intervals."""
    count = len(seconds)
    is_gap = np.zeros(count, bool)
    is_gap[gaps or []] = True
    ticks = np.round(np.array(seconds) * 1_024).astype(np.int64)
    return Rhythm("test", "test", ticks, np.cumsum(seconds), np.zeros(count, bool), np.full(count, ""), is_gap)


class Scoring(unittest.TestCase):
    def test_beats_are_counted_by_label_and_decision_and_unknown_ones_left_out(self) -> None:
        beats = Beats().add(np.array([True, True, False, False, True]), np.array([1, 0, 1, 0, -1]))
        self.assertEqual((beats.tp, beats.fn, beats.fp, beats.tn), (1, 1, 1, 1))
        self.assertEqual(beats.accuracy, 50)

    def test_a_centred_decision_belongs_to_the_beat_before(self) -> None:
        beats = Beats().add(np.array([True, False, False]), np.array([-1, 1, 0]), delay=1)
        self.assertEqual((beats.tp, beats.tn, beats.fp, beats.fn), (1, 1, 0, 0))

    def test_a_run_ends_with_its_last_beat(self) -> None:
        flags = np.array([True, True, False, True])
        self.assertEqual(runs(flags, np.array([1.0, 2.0, 3.0, 4.0])), [(1.0, 2.0), (4.0, 4.0)])

    def test_an_alarm_is_held_30_s_and_close_ones_are_one(self) -> None:
        times = np.arange(300.0)
        decision = np.zeros(300, np.int8)
        decision[10:45] = decision[80:120] = decision[200:229] = 1
        alarms = alarms_of(decision, times)
        self.assertEqual([(alarm.raised, alarm.start, alarm.end) for alarm in alarms], [(40, 10, 119)])

    def test_episodes_are_matched_within_120_s(self) -> None:
        episodes = Episodes()
        alarms = [Alarm(60, 30, 90), Alarm(530, 500, 520), Alarm(2_000, 1_970, 2_100)]
        false = episodes.add([(0, 100), (300, 400), (1_000, 1_200)], alarms, 1.0)
        self.assertEqual(episodes.found, [True, False, False])
        self.assertEqual(episodes.latencies, [60])
        self.assertEqual([alarm.raised for alarm in false], [2_000])
        self.assertAlmostEqual(episodes.hours_without, 1 - 400 / 3_600)


class Reference(unittest.TestCase):
    def test_equal_intervals_have_no_entropy(self) -> None:
        _, entropy = zhou.decisions(np.full(200, 800))
        self.assertEqual(entropy[127], -1)
        self.assertEqual(entropy[128], 0)

    def test_forty_symbols_in_turn_make_forty_words(self) -> None:
        _, entropy = zhou.decisions(np.array([12_288 // (8 + index % 40) for index in range(129)]))
        shannon = -7 * 4 / 127 * math.log2(4 / 127) - 33 * 3 / 127 * math.log2(3 / 127)
        self.assertAlmostEqual(entropy[128], 40 / (127 * math.log2(127)) * shannon, 12)

    def test_two_words_in_turn_have_one_bit(self) -> None:
        _, entropy = zhou.decisions(np.array([600, 1_200] * 65))
        share = 64 / 127
        bit = -share * math.log2(share) - (1 - share) * math.log2(1 - share)
        self.assertAlmostEqual(entropy[128], 2 / (127 * math.log2(127)) * bit, 12)


class Recordings(unittest.TestCase):
    def test_the_last_beat_of_a_notification_is_at_its_reception(self) -> None:
        way = sent(rhythm([0.5, 0.25, 0.5]))
        self.assertEqual(way.monotonic.tolist(), [750_000, 1_000_000, 2_000_000])
        self.assertFalse(way.is_after_gap.any())

    def test_a_gap_is_not_sent_and_interrupts_the_stream(self) -> None:
        way = sent(rhythm([0.9, 0.9, 20.0, 0.9], gaps=[2]))
        self.assertEqual(way.index.tolist(), [0, 1, 3])
        self.assertEqual(way.is_after_gap.tolist(), [False, False, True])
        self.assertEqual(way.is_after_loss.tolist(), [False, False, False])

    def test_the_halves_alternate_by_name(self) -> None:
        self.assertEqual(split(["c", "a", "b"]), (["a", "c"], ["b"]))

    def test_thinning_keeps_the_extremes(self) -> None:
        values = np.zeros(10_000)
        values[1_234], values[7_777] = 5, -5
        _, kept = thin(np.arange(10_000), values, 100)
        self.assertLessEqual(len(kept), 100)
        self.assertEqual((kept.max(), kept.min()), (5, -5))
        self.assertEqual(worst([3, 1, 2], lambda value: value, 2), [3, 2])


class Values(unittest.TestCase):
    def test_a_heart_rate_measurement(self) -> None:
        self.assertEqual(gatt.heart_rate(72, [1_000]).hex(), "1648e803")
        self.assertEqual(gatt.heart_rate(300, contact=None).hex(), "012c01")

    def test_an_sfloat_there_and_back(self) -> None:
        for value, hundredths in ((97, 9_700), (97.3, 9_730), (0.25, 25), (None, None)):
            self.assertEqual(sfloat_hundredths(int.from_bytes(gatt.sfloat(value), "little")), hundredths)


if __name__ == "__main__":
    unittest.main()
