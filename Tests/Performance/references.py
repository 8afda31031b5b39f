"""The references of the benchmarks: the work that Comparison does, by NumPy, numba and the packages from PyPI.

A line of standard input is one command, its name and its arguments; the answer is one line of JSON, as Comparison's is. The
time is processor time of this thread, imports and the first (compiling) call left out. Each runs on one thread.
"""

import contextlib
import io
import json
import math
import sys
import time
import warnings

import numpy as np

SIGMA_FLOOR = 200  # as Comparison's, hundredths


def timed(operations, work):
    """What one operation takes, ns, and what the work returned."""
    begin = time.thread_time_ns()
    result = work()
    return {"nanoseconds": (time.thread_time_ns() - begin) / operations, "operations": operations}, result


def quiet(work):
    """Runs work that prints or warns."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return work()


# --- Windows -----------------------------------------------------------------------------------------------------------


def scaled(mad):
    return np.maximum(mad + (mad * 247 >> 9), 4 * SIGMA_FLOOR)


def middle(values, order):
    """Twice the median of an even number of values in the last axis."""
    half = values.shape[-1] // 2
    ordered = order(values, (half - 1, half))
    return ordered[..., half - 1] + ordered[..., half]


def window_features(samples, order):
    """The figures of windows of 96 samples, in the integers of the kernels."""
    reference = samples[:, :64]
    median = middle(reference, order)
    mad = middle(np.abs(2 * reference - median[:, None]), order)
    sigma = scaled(mad)
    around = np.lib.stride_tricks.sliding_window_view(samples[:, 59:], 11, axis=1)
    centre = order(around, 5)[..., 5]
    local = 4 * order(np.abs(around - centre[..., None]), 5)[..., 5]
    test = samples[:, 64:91]
    outliers = 4 * np.abs(test - centre) > 3 * scaled(local)
    count = len(samples)
    deviations = np.ascontiguousarray((4 * test - 2 * median[:, None]).T)
    charted = np.ascontiguousarray(~outliers.T)
    slack, limit = sigma * 8 >> 4, sigma * 80 >> 4
    zero = np.zeros(count, np.int32)
    ewma, extreme, up, down, greatest_up, greatest_down = (zero.copy() for _ in range(6))
    crossed_up, crossed_down = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    for slot in range(27):
        here, deviation = charted[slot], deviations[slot]
        ewma = np.where(here, ewma + ((64 * deviation - ewma) >> 2), ewma)
        extreme = np.where(np.abs(ewma) > np.abs(extreme), ewma, extreme)
        up = np.where(here, np.maximum(up + deviation - slack, 0), up)
        down = np.where(here, np.maximum(down - deviation - slack, 0), down)
        greatest_up, greatest_down = np.maximum(greatest_up, up), np.maximum(greatest_down, down)
        crossed_up[(crossed_up < 0) & (up > limit)] = slot
        crossed_down[(crossed_down < 0) & (down > limit)] = slot
    bits = (outliers * (1 << np.arange(27))).sum(axis=1)
    return np.stack(
        [median, mad, sigma, bits, ewma, extreme, greatest_up, greatest_down, crossed_up, crossed_down,
         samples.min(axis=1), samples.max(axis=1), samples.sum(axis=1)], axis=1).astype(np.int32)


def select(values, place):
    return np.partition(values, place, axis=-1)


def sort(values, _):
    return np.sort(values, axis=-1)


def windows_numpy(file, output=None):
    """The better of partition and sort, in parts that stay in the cache."""
    samples = np.fromfile(file, np.int32).reshape(-1, 96)
    answers = []
    for order in (select, sort):
        for part in (256, 2048):
            parts = [samples[start:start + part] for start in range(0, len(samples), part)]
            window_features(parts[0], order)
            answer, found = timed(len(samples), lambda: [window_features(part, order) for part in parts])
            answers.append(answer)
    if output:
        np.concatenate(found).tofile(output)
    return min(answers, key=lambda answer: answer["nanoseconds"])


# --- Beats -------------------------------------------------------------------------------------------------------------


def zhou():
    """Zhou 2015 with a table of all words and the entropy followed beat by beat, compiled by numba."""
    import numba

    logs = np.array([0.0] + [count * math.log2(count) for count in range(1, 129)])

    @numba.njit(nogil=True)
    def judge(intervals, logs, found):
        words = np.zeros(1 << 18, np.uint8)
        ring = np.zeros(127, np.int32)
        total = 127 * math.log2(127)
        word, filled, place, distinct, entropy = 0, 0, 0, 0, 0.0
        for index in range(len(intervals)):
            symbol = min(63, 12288 // intervals[index])
            word = (word << 6 | symbol) & 0x3FFFF
            if index < 2:
                continue
            if filled == 127:
                old = ring[place]
                count = words[old]
                entropy += logs[count - 1] - logs[count]
                words[old] = count - 1
                if count == 1:
                    distinct -= 1
            else:
                filled += 1
            ring[place] = word
            place = place + 1 if place < 126 else 0
            count = words[word]
            entropy += logs[count + 1] - logs[count]
            words[word] = count + 1
            if count == 0:
                distinct += 1
            if filled == 127:
                found[index] = distinct * (total - entropy) * 1000 > 639 * 127 * total
        return found

    return lambda intervals: judge(intervals, logs, np.zeros(len(intervals), np.uint8))


def rhythm_numba(file, streams, output=None):
    streams = int(streams)
    intervals = np.fromfile(file, np.uint16).reshape(-1, streams).astype(np.int64)
    judge = zhou()
    columns = [np.ascontiguousarray(intervals[:, stream]) for stream in range(streams)]
    judge(columns[0])
    answer, found = timed(intervals.size, lambda: [judge(column) for column in columns])
    if output:
        np.stack(found, axis=1).tofile(output)
    return answer


def milliseconds(file, length):
    return np.fromfile(file, np.uint16).reshape(-1, int(length)) / 1.024


def variability_numpy(file, length, output=None):
    def figures():
        differences = np.diff(windows, axis=1)
        magnitudes = np.abs(differences)
        return np.stack(
            [windows.mean(axis=1), windows.std(axis=1, ddof=1), np.sqrt((differences**2).mean(axis=1)),
             differences.std(axis=1, ddof=1), (magnitudes > 20).mean(axis=1) * 100,
             (magnitudes > 50).mean(axis=1) * 100], axis=1)

    windows = milliseconds(file, length)
    figures()
    answer, found = timed(len(windows), figures)
    if output:
        found.tofile(output)
    return answer


def variability_hrv(file, length):
    from hrvanalysis import get_time_domain_features

    windows = [window.tolist() for window in milliseconds(file, length)[:60]]
    get_time_domain_features(windows[0])
    return timed(len(windows), lambda: [get_time_domain_features(window) for window in windows])[0]


def variability_neurokit(file, length):
    import neurokit2

    peaks = [np.concatenate([[0], np.cumsum(window)]).astype(int) for window in milliseconds(file, length)[:20]]
    return quiet(lambda: (
        neurokit2.hrv_time(peaks[0], sampling_rate=1000),
        timed(len(peaks), lambda: [neurokit2.hrv_time(peak, sampling_rate=1000) for peak in peaks])[0])[1])


def ectopy_hrv(file, output=None):
    from hrvanalysis import remove_ectopic_beats

    intervals = np.fromfile(file, np.uint16).astype(int).tolist()
    answer, found = quiet(
        lambda: timed(len(intervals), lambda: remove_ectopic_beats(intervals, method="malik", verbose=False)))
    if output:
        np.isnan(np.array(found)).astype(np.uint8).tofile(output)
    return answer


def cleaning_neurokit(file):
    import neurokit2

    intervals = np.fromfile(file, np.uint16)
    peaks = np.concatenate([[0], np.cumsum(intervals.astype(np.int64))])
    return quiet(lambda: timed(
        len(intervals),
        lambda: neurokit2.signal_fixpeaks(peaks, sampling_rate=1024, iterative=False, method="Kubios"))[0])


# --- Series ------------------------------------------------------------------------------------------------------------


def hampel_package(file, output=None):
    from hampel import hampel

    samples = np.fromfile(file, np.int32)
    hampel(samples[:100].astype(float), window_size=11, n_sigma=3.0)
    answer, found = timed(len(samples), lambda: hampel(samples.astype(float), window_size=11, n_sigma=3.0))
    if output:
        mask = np.zeros(len(samples), np.uint8)
        mask[np.asarray(found.outlier_indices, int)] = 1
        mask.tofile(output)
    return answer


def stumpi(file, window, first):
    import stumpy

    samples = np.fromfile(file, np.int32).astype(float)
    window, first = int(window), int(first)
    stream = stumpy.stumpi(samples[:first], window, egress=False)
    stream.update(samples[first])
    rest = samples[first + 1:]

    def update():
        for sample in rest:
            stream.update(sample)

    return timed(len(rest), update)[0]


def stump(file, window, output=None):
    import stumpy

    samples = np.fromfile(file, np.int32).astype(float)
    stumpy.stump(samples[:400], int(window))
    answer, found = timed(len(samples), lambda: stumpy.stump(samples, int(window)))
    if output:
        found[:, 2].astype(np.int64).tofile(output)
    return answer


def pulse_neurokit(file, rate):
    import neurokit2

    samples = np.fromfile(file, np.int32).astype(float)

    def work():
        neurokit2.ppg_findpeaks(samples, sampling_rate=int(rate), method="charlton")

    return quiet(lambda: timed(len(samples), work)[0])


def desaturation_pobm(file, output=None):
    from pobm.obm.desat import DesaturationsMeasures

    samples = np.fromfile(file, np.int32) / 100
    measures = DesaturationsMeasures(ODI_Threshold=3)
    answer, _ = quiet(lambda: timed(len(samples), lambda: measures.compute(samples)))
    if output:
        np.array(list(zip(measures.begin, measures.end)), np.int64).tofile(output)
    return answer


def page_hinkley_river(file, output=None):
    from river.drift import PageHinkley

    samples = np.fromfile(file, np.float64).tolist()
    chart = PageHinkley()
    found = np.zeros(len(samples), np.uint8)

    def work():
        for place, sample in enumerate(samples):
            chart.update(sample)
            if chart.drift_detected:
                found[place] = 1

    answer, _ = timed(len(samples), work)
    if output:
        found.tofile(output)
    return answer


WORKS = {
    name.replace("_", "-"): work
    for name, work in globals().items()
    if name in (
        "windows_numpy", "rhythm_numba", "variability_numpy", "variability_hrv", "variability_neurokit", "ectopy_hrv",
        "cleaning_neurokit", "hampel_package", "stumpi", "stump", "pulse_neurokit", "desaturation_pobm",
        "page_hinkley_river")
}


def main():
    for line in sys.stdin:
        name, *arguments = line.split()
        try:
            answer = WORKS[name](*arguments)
        except Exception as error:  # the caller says which command it was
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
