// Makes thumbnails with sharp, one line of JSON asked, one answered: {"ms": CPU, "bytes": size}.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.cache(false);
sharp.concurrency(1);

for await (const line of createInterface({ input: process.stdin })) {
  const { photo, options, output } = JSON.parse(line);
  const original = readFileSync(photo);
  const before = process.cpuUsage();
  const thumbnail = await sharp(original)
    .rotate()
    .resize(800, 600, { fit: "inside", withoutEnlargement: true })
    .jpeg(options)
    .toBuffer();
  const { user, system } = process.cpuUsage(before);
  if (output) writeFileSync(output, thumbnail);
  console.log(JSON.stringify({ ms: (user + system) / 1000, bytes: thumbnail.length }));
}
