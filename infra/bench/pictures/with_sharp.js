// sharp's way from a file to the three pictures: `file runs outputs`. Prints the
// milliseconds of each run and the peak of memory as JSON.
const fs = require('fs');
const path = require('path');
const sharp = require(require.resolve('sharp', { paths: [process.env.SHARP || process.cwd()] }));

sharp.concurrency(1);
sharp.cache(false);
const [file, runs, outputs] = process.argv.slice(2);
const data = fs.readFileSync(file);

async function pictures() {
  const { data: pixels, info } = await sharp(data)
    .rotate()
    .resize(1024, 1024, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const large = () => sharp(pixels, { raw });
  return Promise.all(
    [large(), large().resize(256, 256), large().resize(64, 64)].map((picture) =>
      picture.jpeg({ quality: 85 }).toBuffer(),
    ),
  );
}

(async () => {
  const milliseconds = [];
  let made;
  for (let run = 0; run < Number(runs); run++) {
    const start = process.hrtime.bigint();
    made = await pictures();
    milliseconds.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  fs.writeFileSync(path.join(outputs, `${path.basename(file)}.sharp`), made[0]);
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ milliseconds, megabytes, bytes: made[0].length }));
})();
