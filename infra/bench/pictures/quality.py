"""How near each 1024 is to the picture resized at once: `inputs outputs`.

The reference is a full decode by Pillow, resized by Lanczos' filter in floating
point, in sRGB as it is and in linear light. Prints SSIM (Gaussian window, on
luma) for each output as JSON.
"""

import json
import pathlib
import sys

import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity


def resized(pixels, size):
    channels = [Image.fromarray(pixels[..., channel]).resize(size, Image.Resampling.LANCZOS) for channel in range(3)]
    return np.clip(np.stack([np.asarray(channel) for channel in channels], axis=-1), 0, 1)


def linear(pixels):
    return np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4).astype(np.float32)


def encoded(pixels):
    return np.where(pixels <= 0.0031308, pixels * 12.92, 1.055 * pixels ** (1 / 2.4) - 0.055)


def luma(pixels):
    return pixels @ np.array([0.299, 0.587, 0.114])


inputs, outputs = map(pathlib.Path, sys.argv[1:])
found = {}
for path in sorted(inputs.iterdir()):
    made = {file.suffix[1:]: file for file in outputs.iterdir() if file.stem == path.name}
    if not made:
        continue
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(np.float32) / 255
    size = Image.open(next(iter(made.values()))).size
    references = {"srgb": resized(pixels, size), "linear": encoded(resized(linear(pixels), size))}
    found[path.name] = {
        name: {
            space: round(structural_similarity(luma(reference), luma(np.asarray(Image.open(file).convert("RGB")) / 255.0), data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False), 4)
            for space, reference in references.items()
        }
        for name, file in made.items()
    }
print(json.dumps(found))
