// sharp as its documentation shows it: one instance a picture, a clone an output. One JSON job a line on
// standard input, one JSON answer a line on standard output. Arguments: the folder that holds
// node_modules, and the number of libvips threads ("default": as sharp sets it).
import { createRequire } from "node:module";
import { join } from "node:path";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const [folder, threads] = process.argv.slice(2);
const sharp = createRequire(join(folder, "package.json"))("sharp");
if (threads !== "default") {
  sharp.concurrency(Number(threads));
  sharp.cache(false);
}

function encoded(image, output) {
  const sized =
    output.width || output.height
      ? image.resize(output.width, output.height, { fit: output.fit, position: output.position, withoutEnlargement: true })
      : image;
  return sized[output.encoding.format](output.encoding.sharp).toBuffer();
}

async function decodedOnce(data) {
  const { data: pixels, info } = await sharp(data).raw().toBuffer({ resolveWithObject: true });
  return sharp(pixels, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

async function make(data, job) {
  const image = job.task === "decode-once" ? await decodedOnce(data) : sharp(data);
  if (job.task === "together") {
    const all = await Promise.all(job.outputs.map((output) => encoded(image.clone(), output)));
    return Object.fromEntries(job.outputs.map((output, index) => [output.name, all[index]]));
  }
  const made = {};
  for (const output of job.outputs) made[output.name] = await encoded(image.clone(), output);
  return made;
}

async function run(job) {
  const bytes = {};
  const processor = process.cpuUsage();
  const started = process.hrtime.bigint();
  for (const source of job.sources) {
    const made = await make(await readFile(source.path), job);
    for (const [name, data] of Object.entries(made)) {
      bytes[name] = (bytes[name] ?? 0) + data.length;
      if (job.keep) await writeFile(join(job.keep, `${source.name}.${name}`), data);
    }
  }
  const wall = Number(process.hrtime.bigint() - started) / 1e9;
  const { user, system } = process.cpuUsage(processor);
  return { cpu_s: (user + system) / 1e6, wall_s: wall, bytes };
}

const versions = { sharp: sharp.versions.sharp, "libvips in sharp": sharp.versions.vips, node: process.versions.node };
console.log(JSON.stringify({ versions }));
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await run(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
