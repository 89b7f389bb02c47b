"""What is done to every spoken clause before it goes on the line: one level, the line's band, no silence at the ends.

Pure: numbers in, numbers out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voice.errors_speech import SynthesisFailed
from voice.ports_speech import Sound

Samples = NDArray[np.float32]

LINE_RATE_HZ = 8_000
_SPEECH_LEVEL = 0.1  # root mean square of what is spoken: -20 dB of full scale
_PEAK = 0.7  # -3 dB
_AUDIBLE = 0.01
_BLOCK_SECONDS = 0.02
_KEPT_SECONDS = 0.06
_FADE_SECONDS = 0.005


def finish(samples: Samples, sample_rate_hz: int, rate_out_hz: int = LINE_RATE_HZ) -> Sound:
    """Makes raw output of an engine fit for the telephone.

    Args:
        samples: -1 to 1; may be louder.
        rate_out_hz: 8,000 for the line.

    Raises:
        SynthesisFailed: there is nothing audible in it.
    """
    samples = np.nan_to_num(np.asarray(samples, np.float32))
    trimmed = trim(resample(samples, sample_rate_hz, rate_out_hz), rate_out_hz)
    if not len(trimmed):
        raise SynthesisFailed("the voice made no audible sound")
    faded = _fade(level(trimmed, rate_out_hz), rate_out_hz)
    return Sound(np.round(faded * 32767).astype("<i2").tobytes(), rate_out_hz)


def resample(samples: Samples, rate_in_hz: int, rate_out_hz: int) -> Samples:
    """Changes the sampling rate; what the new rate cannot carry is filtered out first."""
    if rate_in_hz == rate_out_hz or not len(samples):
        return samples
    from scipy.signal import resample_poly  # deferred: 30 MB, and only speaking needs it

    common = int(np.gcd(rate_in_hz, rate_out_hz))
    return np.asarray(resample_poly(samples, rate_out_hz // common, rate_in_hz // common), np.float32)


def level(samples: Samples, rate_hz: int) -> Samples:
    """Brings speech to one loudness; peaks are bent, not clipped."""
    blocks = _blocks(samples, rate_hz)
    loud = blocks[blocks > 0.1 * blocks.max()] if len(blocks) and blocks.max() > 0 else blocks
    loudness = float(np.sqrt(np.mean(loud**2))) if len(loud) else 0.0
    if loudness <= 0.0:
        return samples
    louder = samples * (_SPEECH_LEVEL / loudness)
    over = np.abs(louder) > _PEAK * 0.8
    if not over.any():
        return louder
    knee = _PEAK * 0.8
    excess = (np.abs(louder) - knee) / (_PEAK - knee)
    bent = np.sign(louder) * (knee + (_PEAK - knee) * np.tanh(excess))
    return np.where(over, bent, louder).astype(np.float32)


def trim(samples: Samples, rate_hz: int) -> Samples:
    """Cuts silence at both ends, but for some hundredths of a second."""
    blocks = _blocks(samples, rate_hz)
    if not len(blocks):
        return samples[:0]
    audible = np.flatnonzero(blocks > max(_AUDIBLE * float(blocks.max()) * 2, 1e-4))
    if not len(audible) or float(blocks.max()) < 1e-3:
        return samples[:0]
    size = round(_BLOCK_SECONDS * rate_hz)
    kept = round(_KEPT_SECONDS * rate_hz)
    return samples[max(0, audible[0] * size - kept) : (audible[-1] + 1) * size + kept]


def _blocks(samples: Samples, rate_hz: int) -> Samples:
    size = round(_BLOCK_SECONDS * rate_hz)
    count = len(samples) // size
    return np.sqrt((samples[: count * size].reshape(count, size) ** 2).mean(axis=1)) if count else samples[:0]


def _fade(samples: Samples, rate_hz: int) -> Samples:
    size = min(round(_FADE_SECONDS * rate_hz), len(samples) // 2)
    if size:
        ramp = np.linspace(0.0, 1.0, size, dtype=np.float32)
        samples = samples.copy()
        samples[:size] *= ramp
        samples[-size:] *= ramp[::-1]
    return samples
