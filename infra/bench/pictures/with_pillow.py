"""Pillow's way from a file to the three pictures: `file runs outputs`. Prints
the milliseconds of each run and the peak of memory as JSON."""

import io
import json
import pathlib
import resource
import sys
import time

from PIL import Image, ImageOps

SIDES = (256, 64)


def process(data):
    image = Image.open(io.BytesIO(data))
    # Decodes a JPEG at a scale first, as near as ours: 3/2 of what is wanted.
    image.thumbnail((1024, 1024), Image.Resampling.LANCZOS, reducing_gap=1.5)
    image = ImageOps.exif_transpose(image).convert("RGB")
    pictures = [image, *(ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS) for side in SIDES)]
    return [encoded(picture) for picture in pictures]


def encoded(picture):
    file = io.BytesIO()
    picture.save(file, "jpeg", quality=85)
    return file.getvalue()


path, runs, outputs = pathlib.Path(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
data = path.read_bytes()
times = []
for _ in range(runs):
    start = time.perf_counter()
    pictures = process(data)
    times.append((time.perf_counter() - start) * 1000)
(outputs / f"{path.name}.pillow").write_bytes(pictures[0])
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"milliseconds": times, "megabytes": memory, "bytes": len(pictures[0])}))
