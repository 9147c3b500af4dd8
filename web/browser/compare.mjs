// A training step of the page's module, and of TensorFlow.js with its wasm backend, in one browser: the
// same network (784-50-10, softmax and cross-entropy, gradient descent) and the same batch. The two take
// turns. Prints the median of each and their ratio.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { launch } from "./page.mjs";

const [ROUNDS, STEPS, BATCH] = [15, 40, 50];
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const FOLDERS = ["../target/page/", "../target/compare/node_modules/@tensorflow/tfjs/dist/",
  "../target/compare/node_modules/@tensorflow/tfjs-backend-wasm/dist/"];

const server = createServer((request, response) => {
  const name = request.url.slice(1);
  if (name === "") return response.setHeader("content-type", "text/html").end("<!doctype html><title>compare</title>");
  for (const folder of FOLDERS) {
    try {
      const file = readFileSync(new URL(folder + name, import.meta.url));
      return response.setHeader("content-type", TYPES[extname(name)] ?? "text/plain").end(file);
    } catch { /* the next folder */ }
  }
  response.writeHead(404).end();
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const browser = await launch();
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.addScriptTag({ url: "tf.min.js" });
await page.addScriptTag({ url: "tf-backend-wasm.min.js" });
const result = await page.evaluate(async ([rounds, steps, batch]) => {
  const { tf } = window;
  tf.wasm.setWasmPaths("/");
  await tf.setBackend("wasm");
  await tf.ready();
  const model = tf.sequential({ layers: [
    tf.layers.dense({ inputShape: [784], units: 50, activation: "relu" }),
    tf.layers.dense({ units: 10 }),
  ] });
  const optimizer = tf.train.sgd(0.1);
  const x = tf.randomUniform([batch, 784]);
  const t = tf.oneHot(tf.tidy(() => tf.range(0, batch, 1, "int32").mod(tf.scalar(10, "int32"))), 10);
  // The loss is not read, which would only add to the time.
  const tensorflow = () => tf.tidy(() => {
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(t, model.apply(x, { training: true })));
  });

  const step = async (name) => {
    const module = await import(`/${name}.js`);
    await module.default({ module_or_path: `/${name}_bg.wasm` });
    const training = new module.Training(1, 0.1);
    return () => training.step();
  };
  const contestants = { simd: await step("simd"), plain: await step("plain"), tensorflow };
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds + 2; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const start = performance.now();
      for (let at = 0; at < steps; at++) run();
      // The first rounds compile.
      if (round >= 2) times[name].push((performance.now() - start) / steps);
    }
  }
  return { times, backend: tf.getBackend(), version: tf.version.tfjs, simd: await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT") };
}, [ROUNDS, STEPS, BATCH]);
await browser.close();
server.close();

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const [simd, plain, tensorflow] = ["simd", "plain", "tensorflow"].map((name) => median(result.times[name]));
console.log(`${browser.version()}, a step of 784-50-10 with ${BATCH} samples, median of ${ROUNDS} rounds of ${STEPS}`);
console.log(`chainrule with SIMD      ${simd.toFixed(3)} ms`);
console.log(`chainrule without        ${plain.toFixed(3)} ms`);
console.log(`TensorFlow.js ${result.version}, ${result.backend}${result.simd ? " with SIMD" : ""}  ${tensorflow.toFixed(3)} ms`);
console.log(`TensorFlow.js takes ${(tensorflow / simd).toFixed(2)} times as long as chainrule with SIMD`);
