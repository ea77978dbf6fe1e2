"""Reference values for the features of speech: NumPy and SciPy, written from the definitions.

Conventions are librosa's: periodic Hann window, power spectrum of an FFT filled with zeros, no centring
(center=False), mel filters as librosa.filters.mel(htk=True, norm=None) and (htk=False, norm="slaney"), the
orthonormal DCT-II of librosa.feature.mfcc, and pcen's first-order filter started at the first frame's energy.
Writes speech_features.json beside itself. Made with SciPy 1.10, NumPy 1.24.
"""

import json
import pathlib

import numpy
import scipy.fft
import scipy.signal


def hertz_to_mel(frequency, scale):
    frequency = numpy.asarray(frequency, dtype=float)
    if scale == "htk":
        return 2595 * numpy.log10(1 + frequency / 700)
    above = 15 + 27 * numpy.log(numpy.maximum(frequency, 1) / 1000) / numpy.log(6.4)
    return numpy.where(frequency < 1000, frequency * 3 / 200, above)


def mel_to_hertz(mel, scale):
    if scale == "htk":
        return 700 * (10 ** (mel / 2595) - 1)
    return numpy.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))


def mel_filters(rate, size, bands, low, high, scale):
    """One triangle at a time, by interpolation between its corners."""
    corners = mel_to_hertz(numpy.linspace(hertz_to_mel(low, scale), hertz_to_mel(high, scale), bands + 2), scale)
    bins = numpy.fft.rfftfreq(size, 1 / rate)
    filters = numpy.zeros((bands, len(bins)))
    for band in range(bands):
        left, middle, right = corners[band:band + 3]
        filters[band] = numpy.interp(bins, [left, middle, right], [0, 1, 0])
        if scale == "slaney":
            filters[band] *= 2 / (right - left)
    return filters


def pcen(energy, floor):
    s, alpha, delta, r = 0.025, 0.98, 2.0, 0.5
    smooth, _ = scipy.signal.lfilter([s], [1, s - 1], energy, axis=1, zi=(1 - s) * energy[:, :1])
    return (energy / (floor + smooth) ** alpha + delta) ** r - delta**r


def features(audio, rate, window, hop, bands, low, high, scale, compression, floor, coefficients):
    length, step = round(window * rate / 1000), round(hop * rate / 1000)
    size = 1 << (length - 1).bit_length()
    taper = scipy.signal.get_window("hann", length, fftbins=True)
    frames = [audio[begin:begin + length] * taper for begin in range(0, len(audio) - length + 1, step)]
    power = numpy.abs(scipy.fft.rfft(frames, size)) ** 2
    energy = mel_filters(rate, size, bands, low, high or rate / 2, scale) @ power.T
    picture = numpy.log(energy + floor) if compression == "log" else pcen(energy, floor)
    if coefficients:
        picture = scipy.fft.dct(picture, type=2, norm="ortho", axis=0)[:coefficients]
    return picture


def case(audio, rate, **options):
    settings = dict(window=25, hop=10, bands=40, low=20, high=0, scale="htk", compression="log", floor=1e-6,
                    coefficients=0)
    settings.update(options)
    pictures = [features(clip / 32768, rate, **settings) for clip in audio]
    return {"rate": rate, **settings, "features": [[[float(f"{x:.8g}") for x in row] for row in picture]
                                                  for picture in pictures]}


def main():
    random = numpy.random.default_rng(6)
    time = numpy.arange(3000)
    chirp = 9000 * numpy.sin(2 * numpy.pi * (0.01 * time + 0.00006 * time**2)) * numpy.exp(-time / 1500)
    audio = numpy.round([chirp + 300 * random.normal(size=3000), 3000 * random.normal(size=3000) * (time > 1500)])
    cases = [
        case(audio, 16000),
        case(audio, 16000, bands=13, scale="slaney", low=0),
        case(audio, 16000, bands=64, window=40, hop=20, high=7600, scale="slaney"),
        case(audio, 16000, coefficients=13),
        case(audio, 16000, compression="pcen"),
        case(audio, 8000, bands=20, low=0, high=3000, compression="pcen", coefficients=20),
        case(audio, 8000, window=25, hop=12.5, floor=1e-3),
    ]
    result = {"audio": audio.astype(int).tolist(), "cases": cases}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
