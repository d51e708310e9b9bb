"""Spoken digits: correlation with the recordings of the repository finds them in plain sound only."""

import io
import random
import time
import wave
from array import array
from itertools import accumulate

import pytest

from lib.web import spoken_digits

SPEEDS = [0.9, 1, 1.1]
DIGITS = "0123456789"


def samples(sound: bytes) -> list[int]:
    """A WAV at 2 kHz, 0 to 255: enough to tell voices and vowels, and much faster."""
    with wave.open(io.BytesIO(sound)) as file:
        frames = file.readframes(file.getnframes())
    return [sum(frames[n : n + 4]) // 4 for n in range(0, len(frames) - 3, 4)]


def recordings() -> list[tuple[str, list[int]]]:
    paths = [(digit, path) for digit in DIGITS for path in (spoken_digits.VOICES / digit).glob("*.wav")]
    return [(digit, samples(path.read_bytes())) for digit, path in paths]


def resampled(recording: list[int], speed: float) -> list[int]:
    return [recording[int(n * speed)] for n in range(int(len(recording) / speed))]


def packed(values: list[int]) -> int:
    return int.from_bytes(array("I", values).tobytes(), "little")


class Sound:
    """A sound in which recordings are looked for.

    The sums of products at all places come from one multiplication of two long numbers, 32 bits a sample.
    """

    def __init__(self, values: list[int]):
        self.values, self.number = values, packed(values)
        self.sums = [0, *accumulate(values)]
        self.squares = [0, *accumulate(value * value for value in values)]

    def best(self, recording: list[int]) -> list[tuple[float, int]]:
        """The best correlations, from -1 to 1, with their places: one for each tenth of a second."""
        size, count = len(recording), len(self.values)
        product = self.number * packed(recording[::-1])
        sums = array("I", product.to_bytes(4 * (size + count), "little"))
        mean = sum(recording) / size
        power = sum(value * value for value in recording) - size * mean * mean
        found = {}
        for place in range(count - size):
            total = self.sums[place + size] - self.sums[place]
            energy = self.squares[place + size] - self.squares[place] - total * total / size
            covariance = sums[place + size - 1] - mean * total
            if energy > 1000:
                score = abs(covariance) / (energy * power) ** 0.5
                found[place // 200] = max(found.get(place // 200, (0.0, 0)), (score, place))
        return list(found.values())


def solve(sound: bytes, speeds: list[float]) -> str:
    """Six digits: the best correlations that are at least a quarter of a second apart."""
    heard = Sound(samples(sound))
    found = [
        (score, place, digit)
        for digit, recording in recordings()
        for speed in speeds
        for score, place in heard.best(resampled(recording, speed))
    ]
    chosen: list[tuple[int, str]] = []
    for _score, place, digit in sorted(found, reverse=True):
        if len(chosen) < 6 and all(abs(place - other) > 500 for other, _digit in chosen):
            chosen.append((place, digit))
    return "".join(digit for _place, digit in sorted(chosen))


def plain_sound(digits: str, chance: random.Random) -> bytes:
    """The recordings one after another over noise."""
    frames = b""
    for digit in digits:
        path = chance.choice(sorted((spoken_digits.VOICES / digit).glob("*.wav")))
        with wave.open(str(path)) as file:
            frames += file.readframes(file.getnframes()) + bytes([128]) * chance.randrange(1000, 4000)
    noisy = bytes(min(255, max(0, frame + chance.randrange(-12, 13))) for frame in frames)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 1, spoken_digits.RATE, 0, "NONE", ""))
        file.writeframes(noisy)
    return out.getvalue()


def right(found: str, digits: str) -> int:
    return sum(one == other for one, other in zip(found, digits, strict=False))


def test_attack_solves_the_plain_recordings():
    digits = "314092"
    assert right(solve(plain_sound(digits, random.Random(1)), [1]), digits) == 6


@pytest.mark.parametrize("speeds", [[1], SPEEDS], ids=["as recorded", "at several speeds"])
def test_attack_fails(speeds):
    hits = 0
    for seed in range(2):
        chance = random.Random(seed)
        digits = f"{chance.randrange(10**6):06}"
        hits += right(solve(spoken_digits.speak(digits, chance), speeds), digits)
    assert hits <= 5  # of 12: chance finds one, and more than five in one of two thousand trials


def test_every_digit_has_several_voices():
    voices = {digit: {path.name for path in (spoken_digits.VOICES / digit).glob("*.wav")} for digit in DIGITS}
    assert len(voices["0"]) >= 6
    assert all(names == voices["0"] for names in voices.values())
    size = sum(path.stat().st_size for path in spoken_digits.VOICES.rglob("*.wav"))
    assert size < 600_000


def test_no_two_sounds_are_alike():
    first, second = spoken_digits.speak("123456"), spoken_digits.speak("123456")
    assert first != second
    assert len(first) != len(second)


def test_sound_is_audible_and_not_clipped():
    values = samples(spoken_digits.speak("098765"))
    assert max(values) - min(values) > 120
    assert values.count(255) + values.count(0) == 0
    assert 4 * 2000 < len(values) < 10 * 2000


def test_cost_is_bounded():
    for digit in DIGITS:
        spoken_digits.recordings(digit)
    start = time.process_time()
    for _ in range(3):
        spoken_digits.speak("000000")  # the longest
    assert (time.process_time() - start) / 3 < 0.3  # 80 ms where nothing else runs
