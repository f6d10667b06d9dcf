"""Makes `fixtures/`: pictures of every kind, and beside each what Pillow, with
libjpeg, libwebp and Little CMS, sees in it. Needs `pip install pillow numpy`.

For each `<name>.<format>` the pixels expected are in
`expected/<name>_<format>.png`: upright, in sRGB, each the mean of a square of
four by four, colours multiplied by alpha.
"""

import gzip
import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

HERE = pathlib.Path(__file__).parent / "fixtures"
EXPECTED = HERE / "expected"
WIDTH, HEIGHT = 96, 64
SRGB = ImageCms.createProfile("sRGB")


def scene(width=WIDTH, height=HEIGHT):
    """Smooth, saturated, with no symmetry: each corner has its own colour."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = (x + 0.5) / width, (y + 0.5) / height
    red = 230 * (1 - x) * (1 - y) + 25 + 60 * np.sin(9 * x + 4 * y) * x
    green = 210 * x * (1 - y) + 30 + 40 * np.cos(12 * y)
    blue = 220 * y + 15 * np.sin(20 * x)
    pixels = np.stack([red, green, blue], axis=-1)
    pixels[np.hypot((x - 0.3) * 1.5, y - 0.6) < 0.2] = (240, 40, 30)
    pixels[(x > 0.6) & (x < 0.85) & (y > 0.15) & (y < 0.35)] = (20, 200, 60)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def alpha(width=WIDTH, height=HEIGHT):
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot(x / width - 0.5, (y / height - 0.45) * 0.8)
    return Image.fromarray(np.clip((0.45 - distance) * 1500, 0, 255).astype(np.uint8))


def with_alpha(image):
    image = image.convert("RGBA")
    image.putalpha(alpha(*image.size))
    return image


# Colour profiles (ICC.1:2001-04), as small as they can be.


def fixed(number):
    return struct.pack(">i", round(number * 65536))


def profile(space, kind, tags, pcs=b"XYZ "):
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78), b"cprt": b"text\0\0\0\0none\0",
            b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642) + fixed(1) + fixed(0.8249), **tags}
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"none", 0x02400000, kind, space, pcs)
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return header.ljust(128, b"\0") + table + body


def curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def matrix_profile(columns, gamma):
    tags = {name + b"XYZ": b"XYZ \0\0\0\0" + b"".join(map(fixed, column)) for name, column in zip((b"r", b"g", b"b"), columns)}
    tags |= {name + b"TRC": curve(gamma) for name in (b"r", b"g", b"b")}
    return profile(b"RGB ", b"mntr", tags)


# Columns adapted to D50: Display P3 and Adobe RGB (1998).
P3 = matrix_profile([(0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)], 2.2)
ADOBE = matrix_profile([(0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)], 2.19921875)
GREY = profile(b"GRAY", b"mntr", {b"kTRC": curve(1.0)})


def press():
    """Inks that are darker and less pure than the naive formula has them."""
    steps, levels = 5, np.linspace(0, 1, 5)
    c, m, y, k = np.meshgrid(levels, levels, levels, levels, indexing="ij")
    light = 1 - 0.92 * k
    lightness = 96 * (1 - 0.35 * c) * (1 - 0.45 * m) * (1 - 0.08 * y) * light
    a = (-35 * c + 70 * m - 5 * y) * light
    b = (-45 * c - 5 * m + 85 * y) * light
    lab = np.stack([lightness * 2.55, a + 128, b + 128], axis=-1)
    table = np.clip(np.round(lab), 0, 255).astype(np.uint8).tobytes()
    identity = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, steps, 0])
    lut += b"".join(fixed(float(i == j)) for i in range(3) for j in range(3))
    lut += identity * 4 + table + identity * 3
    return profile(b"CMYK", b"prtr", {b"A2B0": lut}, b"Lab ")


PRESS = press()


def converted(image, icc, space):
    """From sRGB to a space."""
    return ImageCms.profileToProfile(image, SRGB, ImageCms.ImageCmsProfile(io.BytesIO(icc)), outputMode=space)


# PNG as Pillow doesn't write it.


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(pixels, colour, bits, interlaced=False, extra=b""):
    """`pixels`: rows × columns × samples, of as many bits."""
    passes = PASSES if interlaced else [(0, 0, 1, 1)]
    raw = b""
    for left, top, across, down in passes:
        part = pixels[top::down, left::across]
        if part.size == 0:
            continue
        rows = [np.frombuffer(row.astype(">u2" if bits == 16 else "u1").tobytes(), np.uint8) for row in part]
        for above, row in zip([np.zeros_like(rows[0]), *rows], rows):
            raw += b"\2" + (row - above).tobytes()
    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    chunks = [(b"IHDR", header)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*c) for c in chunks) + extra + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def exif(orientation, order="<"):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "IH", 8, 1) + entry + bytes(4)


def save(name, data, expected=None, **options):
    """A file, and what is to be seen in it: what Pillow sees, unless given."""
    path = HERE / name
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        data.save(path, **options)
    expected = expected or seen(path)
    means(expected).save(EXPECTED / (path.name.replace(".", "_") + ".png"), optimize=True)


def means(image):
    pixels = np.asarray(image.convert("RGBA")).astype(np.float64)
    pixels[..., :3] *= pixels[..., 3:] / 255
    height, width = pixels.shape[:2]
    squares = pixels.reshape(height // 4, 4, width // 4, 4, 4).mean(axis=(1, 3))
    return Image.fromarray(np.round(squares).astype(np.uint8))


def seen(path):
    image = Image.open(path)
    image.seek(0)
    icc = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if icc and image.mode in ("L", "RGB", "CMYK"):
        image = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(icc)), SRGB, outputMode="RGB")
    has_alpha = image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def jpegs():
    image = scene()
    save("baseline_420.jpg", image, quality=90, subsampling="4:2:0")
    save("baseline_422.jpg", image, quality=90, subsampling="4:2:2")
    save("baseline_444.jpg", image, quality=90, subsampling="4:4:4")
    save("progressive.jpg", image, quality=90, progressive=True)
    save("restarts.jpg", image, quality=90, restart_marker_blocks=4)
    save("grey.jpg", image.convert("L"), quality=90)
    inks = image.convert("CMYK")
    save("cmyk.jpg", inks, quality=92)
    save("ycck.jpg", ycck(inks))
    broad = scene(4200, 380)
    broad.save(HERE / "broad.jpg", quality=30)
    broad.save(HERE / "broad_progressive.jpg", quality=30, progressive=True)
    for tag in range(1, 9):
        save(f"turned_{tag}.jpg", image, quality=85, exif=b"Exif\0\0" + exif(tag, "<>"[tag % 2]))


def ycck(inks):
    """Adobe's: inks are stored inverted, and the complement of what is stored
    becomes YCbCr. Pillow inverts what it writes."""
    *inks, k = inks.split()
    luma = Image.merge("RGB", inks).convert("YCbCr")
    channels = [ImageOps.invert(i) for i in luma.split()] + [k]
    file = io.BytesIO()
    Image.merge("CMYK", channels).save(file, "jpeg", quality=92)
    data = bytearray(file.getvalue())
    at = data.index(b"Adobe")
    data[at + 11] = 2
    return bytes(data)


def pngs():
    image = scene()
    pixels = np.asarray(image)
    grey = np.asarray(image.convert("L"))[..., None]
    transparent = np.asarray(with_alpha(image))
    save("rgb.png", image)
    save("rgba.png", with_alpha(image))
    save("opaque_rgba.png", image.convert("RGBA"), image)
    save("palette.png", image.quantize(64))
    save("palette_4.png", image.quantize(16), bits=4)
    indexed = image.quantize(32)
    save("palette_trns.png", indexed, transparency=indexed.getpixel((30, 38)))
    save("grey.png", image.convert("L"))
    save("grey_1.png", image.convert("1"))
    save("grey_alpha.png", with_alpha(image).convert("LA"))
    # What is seen of 16 bits are the upper 8.
    save("rgb_16.png", png(pixels.astype(np.uint16) * 257, 2, 16), image)
    save("rgba_16.png", png(transparent.astype(np.uint16) * 257, 6, 16), with_alpha(image))
    save("grey_16.png", png(grey.astype(np.uint16) * 257, 0, 16), image.convert("L").convert("RGB"))
    save("interlaced.png", png(pixels, 2, 8, True))
    save("interlaced_rgba.png", png(transparent, 6, 8, True))
    save("interlaced_16.png", png(pixels.astype(np.uint16) * 257, 2, 16, True), image)
    key = pixels.copy()
    key[:20, :30] = (1, 2, 3)
    save("rgb_trns.png", png(key, 2, 8, extra=chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))))
    key = grey.copy()
    key[:20, :30] = 7
    save("grey_trns.png", png(key, 0, 8, extra=chunk(b"tRNS", struct.pack(">H", 7))))
    other = Image.new("RGB", image.size, "white")
    save("animated.png", image, image, save_all=True, append_images=[other, image], duration=100)
    save("poster.png", image, image, save_all=True, append_images=[other, other], default_image=True)
    save("turned_6.png", image, exif=exif(6))
    broad = np.asarray(scene(4200, 90)) // 32 * 32
    (HERE / "broad_rows.png").write_bytes(png(broad, 2, 8))
    (HERE / "broad_interlaced.png").write_bytes(png(broad, 2, 8, True))


def webps():
    image, other = scene(), Image.new("RGB", (WIDTH, HEIGHT), "white")
    save("lossy.webp", image, quality=90)
    save("lossless.webp", image, lossless=True)
    save("lossy_alpha.webp", with_alpha(image), quality=90)
    save("lossless_alpha.webp", with_alpha(image), lossless=True, exact=True)
    save("animated.webp", image, save_all=True, append_images=[other, image], lossless=True, duration=100)
    save("animated_alpha.webp", with_alpha(image), save_all=True, append_images=[other.convert("RGBA")], quality=90)
    save("turned_8.webp", image, quality=90, exif=b"Exif\0\0" + exif(8))
    scene(4200, 450).save(HERE / "broad.webp", quality=50)


def largest():
    """As many pixels as there may be, all alike: it's packed once more."""
    blank = Image.new("RGBA", (7000, 7142), (90, 120, 150, 200))
    kinds = {
        "largest.webp": (blank, dict(format="webp", quality=20, method=0)),
        "largest.jpg": (blank.convert("RGB"), dict(format="jpeg", progressive=True, subsampling="4:4:4")),
        "largest_cmyk.jpg": (blank.convert("RGB").convert("CMYK"), dict(format="jpeg", progressive=True)),
    }
    for name, (image, options) in kinds.items():
        file = io.BytesIO()
        image.save(file, **options)
        (HERE / (name + ".gz")).write_bytes(gzip.compress(file.getvalue(), 9, mtime=0))


def gifs():
    image, other = scene(), Image.new("RGB", (WIDTH, HEIGHT), "white")
    indexed = image.quantize(64)
    save("plain.gif", indexed, interlace=0)
    save("interlaced.gif", indexed, interlace=1)
    save("transparent.gif", indexed, transparency=indexed.getpixel((30, 38)))
    save("animated.gif", indexed, image.quantize(64).convert("RGB"), save_all=True, append_images=[other.quantize(4)] * 3, duration=100)
    # A frame of 96 × 64 at 10, 20 on a screen of 120 × 100.
    data = bytearray((HERE / "plain.gif").read_bytes())
    data[6:10] = struct.pack("<HH", 120, 100)
    at = data.index(struct.pack("<BHHHH", 0x2C, 0, 0, WIDTH, HEIGHT))
    data[at + 1 : at + 5] = struct.pack("<HH", 10, 20)
    screen = Image.new("RGBA", (120, 100))
    screen.paste(indexed.convert("RGBA"), (10, 20))
    save("offset.gif", bytes(data), screen)


def profiles():
    image = scene()
    for name, icc in (("p3", P3), ("adobe", ADOBE)):
        wide = converted(image, icc, "RGB")
        save(f"{name}.jpg", wide, quality=92, subsampling="4:4:4", icc_profile=icc)
        save(f"{name}.png", wide, icc_profile=icc)
        save(f"{name}.webp", wide, lossless=True, icc_profile=icc)
    save("grey_profile.jpg", image.convert("L"), quality=92, icc_profile=GREY)
    save("grey_profile.png", image.convert("L"), icc_profile=GREY)
    save("cmyk_profile.jpg", image.convert("CMYK"), quality=92, icc_profile=PRESS)
    save("broken_profile.jpg", image, image, quality=92, icc_profile=P3[:200])
    save("broken_profile.png", image, image, icc_profile=b"not a profile" * 9)
    save("other_profile.jpg", image, image, quality=92, icc_profile=PRESS)


def metadata():
    """Everything that says where and by whom: each has `SECRET` in it."""
    image = scene()
    gps = exif(1) + b"GPS SECRET 52.5200N 13.4050E"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET</x:xmpmeta>'
    icc = P3 + b"SECRET"
    save("metadata.jpg", image, quality=90, exif=b"Exif\0\0" + gps, comment=b"SECRET", icc_profile=icc, xmp=xmp)
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "SECRET")
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    save("metadata.png", with_alpha(image), with_alpha(image), pnginfo=text, exif=gps)
    save("metadata.webp", image, quality=90, exif=b"Exif\0\0" + gps, xmp=xmp, icc_profile=icc)
    save("metadata.gif", image.quantize(64), comment=b"SECRET")


if __name__ == "__main__":
    EXPECTED.mkdir(parents=True, exist_ok=True)
    for make in (largest, jpegs, pngs, webps, gifs, profiles, metadata):
        make()
