"""Makes the pictures that are measured, into the folder given.

There is no licence to carry real photos, so they are put together from the few
that scikit-image ships, with the grain of a sensor (fixed seed) until a file is
as large as a camera's: 12 megapixels in 3 to 4 MB.
"""

import pathlib
import sys

import numpy as np
import skimage.data
from PIL import Image

PHOTOS = [Image.fromarray(getattr(skimage.data, name)()).convert("RGB") for name in ("astronaut", "chelsea", "coffee", "rocket")]


def photo(width, height, grain, random):
    image = Image.new("RGB", (width, height))
    across, down = width // 4, height // 3
    for tile in range(12):
        # Some pixels more than fit, so that no seam is left open by rounding.
        part = PHOTOS[tile % 4].resize((across + 8, down + 8), Image.Resampling.LANCZOS)
        image.paste(part, (tile % 4 * across, tile // 4 * down))
    light = random.normal(0, grain, (height, width, 1))
    colour = random.normal(0, grain / 3, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + light + colour, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(13)
    camera = photo(4000, 3000, 5, random)
    camera.save(folder / "12-megapixels.jpg", quality=90)
    camera.save(folder / "12-megapixels-progressive.jpg", quality=90, progressive=True)
    photo(1632, 1224, 4, random).save(folder / "2-megapixels.jpg", quality=90)
    six = photo(3000, 2000, 4, random)
    six.save(folder / "6-megapixels.png")
    six.save(folder / "6-megapixels.webp", quality=85)
