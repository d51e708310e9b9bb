"""Digits as speech that programs cannot match with the recordings of this folder, which anybody can read.

Each digit is said by another voice, at a pitch that drifts, stretched in short grains and with echoes of its
own, over a babble of other digits played backwards. Plain lists of samples: a sound takes about 70 ms of CPU.
"""

import functools
import io
import random
import secrets
import wave
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import add
from pathlib import Path

RATE = 8000  # samples a second
VOICES = Path(__file__).parent / "voices/ko"  # a folder a digit, in it a WAV a voice: mono, 8 kHz, 8-bit

_GRAIN, _OVERLAP = 240, 80  # samples: 30 ms, of which 10 ms are cross-faded
_JITTER = 36  # samples by which a grain may be misplaced: about one period of a voice
_BABBLE, _NOISE = 0.3, 0.16  # loudness of the background; the digits have 1
_PEAK = 110  # of 127

Samples = list[float]


def speak(digits: str, chance: random.Random | None = None) -> bytes:
    """Return a WAV of the digits, said differently at each call.

    :param chance: source of randomness, for tests; the default cannot be predicted
    """
    chance = chance or secrets.SystemRandom()
    sound: Samples = [0.0] * _pause(chance)
    for digit in digits:
        sound += _say(digit, chance)
        sound += [0.0] * _pause(chance)
    return _wav(list(map(add, sound, _babble(len(sound), chance))))


@functools.cache
def recordings(digit: str) -> tuple[Sequence[float], ...]:
    """The recordings of a digit, one a voice, each with a loudness of 1. In arrays: 1.5 MB in all."""
    return tuple(array("f", _read(path)) for path in sorted((VOICES / digit).glob("*.wav")))


def _say(digit: str, chance: random.Random) -> Samples:
    spoken = _resampled(chance.choice(recordings(digit)), chance.uniform(0.84, 1.2), chance)
    spoken = _stretched(spoken, chance.uniform(0.9, 1.2), chance)
    for delay in (chance.randint(3, 9), chance.randint(11, 29), chance.randint(30, 67)):
        spoken = _dispersed(spoken, delay, chance.uniform(0.45, 0.6) * chance.choice((-1, 1)))
    return _levelled(_breathy(spoken, chance), chance.uniform(0.8, 1.25))


def _pause(chance: random.Random) -> int:
    return chance.randint(RATE // 6, RATE // 2)


def _babble(length: int, chance: random.Random) -> Samples:
    """Two voices that say digits backwards without a pause, and noise, which hides consonants best."""
    streams = []
    for _ in range(2):
        stream: Samples = []
        while len(stream) < length:
            spoken = chance.choice(recordings(str(chance.randrange(10))))[::-1]
            stream += _levelled(_resampled(spoken, chance.uniform(0.8, 1.3), chance), chance.uniform(0.6, 1))
        streams.append(stream)
    noise = _NOISE * 12**0.5 / 256
    return [
        _BABBLE * (first + second) + noise * (byte - 127.5)
        for first, second, byte in zip(*streams, chance.randbytes(length), strict=False)
    ]


def _resampled(spoken: Sequence[float], speed: float, chance: random.Random) -> Samples:
    """Play at a speed, and so a pitch, that drifts by some percent: no constant speed undoes it."""
    count = int(len(spoken) / speed)
    bends = [speed * chance.uniform(0.92, 1.08) for _ in range(5)]
    step = count // 4 + 1
    speeds = [a + (b - a) * n / step for a, b in pairwise(bends) for n in range(step)]
    last = len(spoken) - 1
    places = [place for place in accumulate(speeds) if place < last]
    return [spoken[(n := int(place))] * (1 - (rest := place - n)) + spoken[n + 1] * rest for place in places]


def _stretched(spoken: Samples, factor: float, chance: random.Random) -> Samples:
    """Change the length but not the pitch: grains are set closer together or apart, not quite in place."""
    hop = _GRAIN - _OVERLAP
    rising = [(n + 0.5) / _OVERLAP for n in range(_OVERLAP)]
    sound: Samples = spoken[:_OVERLAP]
    for number in range(int(len(spoken) * factor) // hop):
        start = int(number * hop / factor) + chance.randint(0, _JITTER)
        grain = spoken[start : start + _GRAIN]
        if len(grain) < _GRAIN:
            break
        faded = [
            old + (new - old) * share
            for old, new, share in zip(sound[-_OVERLAP:], grain, rising, strict=False)
        ]
        sound[-_OVERLAP:] = faded
        sound += grain[_OVERLAP:]
    return sound


def _dispersed(spoken: Samples, delay: int, gain: float) -> Samples:
    """An all-pass filter: every frequency keeps its strength but is shifted in time, as by a small room."""
    past = [0.0] * delay
    sound: Samples = []
    for start in range(0, len(spoken), delay):
        block = spoken[start : start + delay]
        inner = [new + gain * old for new, old in zip(block, past, strict=False)]
        sound += [old - gain * new for new, old in zip(inner, past, strict=False)]
        past = inner
    return sound


def _breathy(spoken: Samples, chance: random.Random) -> Samples:
    """Turn the treble into noise of the same loudness: a consonant is heard, but has another waveform."""
    sound: Samples = []
    before = spoken[0]
    for now, after, byte in zip(spoken, spoken[1:], chance.randbytes(len(spoken)), strict=False):
        treble = (2 * now - before - after) / 4
        sound.append(now - treble + treble * (byte - 127.5) / 74)  # random bytes have a loudness of 74
        before = now
    return sound


def _levelled(spoken: Samples, loudness: float) -> Samples:
    power = sum(sample * sample for sample in spoken) / max(1, len(spoken))
    gain = loudness / max(power, 1e-9) ** 0.5
    return [sample * gain for sample in spoken]


def _read(path: Path) -> Samples:
    with wave.open(str(path)) as recording:
        samples = recording.readframes(recording.getnframes())
    return _levelled([sample - 128.0 for sample in samples], 1)


def _wav(sound: Samples) -> bytes:
    loudest = max(max(sound), -min(sound), 1e-9)
    gain = _PEAK / loudest
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(bytes([int(sample * gain + 128.5) for sample in sound]))
    return out.getvalue()
