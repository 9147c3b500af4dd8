// What a visitor does, in a browser, with pictures of it in web/target/pictures.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { DIGITS, OTHER_DIGITS, draw, frames, launch, open, serve } from "./page.mjs";

const web = new URL("../", import.meta.url);
const pictures = new URL("target/pictures/", web);
rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });

const MOST_BYTES = 600_000;
const ACCURACY = 90;

const server = await serve();
const browser = await launch();
// What web/test has checked before is counted too.
let [passed, failed] = [Number(process.argv[2] ?? 0), Number(process.argv[3] ?? 0)];

async function test(name, settings, body, query = "") {
  const faults = [];
  try {
    const page = await open(browser, server.address + query, { viewport: { width: 1280, height: 900 }, ...settings });
    page.on("pageerror", (error) => faults.push(error.message));
    await body(page);
    await page.close();
    assert.deepEqual(faults, []);
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}

const text = (page, id) => page.locator(`#${id}`).textContent();
const shares = async (page) =>
  (await page.locator("#bars .share").allTextContents()).map((share) => parseFloat(share));

await test("the page loads nothing from elsewhere and reports no error", {}, async (page) => {
  const [requests, messages] = [[], []];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => messages.push(message.text()));
  await page.reload();
  await page.locator("html[data-ready=simd]").waitFor();
  assert.ok(requests.length > 5);
  const elsewhere = requests.filter((url) => !url.startsWith(server.address) && !url.startsWith("data:"));
  assert.deepEqual([elsewhere, messages], [[], []]);
});

await test("each digit that the mouse draws is recognised", {}, async (page) => {
  assert.equal(await text(page, "answer"), "–");
  for (const [digit, strokes] of [...DIGITS.entries(), ...OTHER_DIGITS.entries()]) {
    await draw(page, strokes);
    const probabilities = await shares(page);
    assert.equal(await text(page, "answer"), String(digit), `${digit}: ${probabilities}`);
    assert.ok(Math.abs(probabilities.reduce((sum, share) => sum + share) - 100) < 0.6);
    assert.ok(probabilities[digit] > 50, `${digit}: ${probabilities}`);
  }
});

await test("the answer changes while the pen moves", {}, async (page) => {
  const { x, y, width, height } = await page.locator("#paper").boundingBox();
  await page.mouse.move(x + 0.5 * width, y + 0.2 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.5 * width, y + 0.8 * height, { steps: 5 });
  await frames(page);
  assert.equal(await text(page, "answer"), "1");
});

await test("a 3 that a finger draws on a phone is recognised", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page) => {
  const paper = page.locator("#paper");
  await paper.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await paper.boundingBox();
  const client = await page.context().newCDPSession(page);
  const touch = (type, points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  const [stroke] = DIGITS[3];
  for (let at = 0; at < stroke.length; at += 2) {
    await touch(at === 0 ? "touchStart" : "touchMove", [{ x: x + stroke[at] * width, y: y + stroke[at + 1] * height }]);
  }
  await touch("touchEnd", []);
  await frames(page);
  assert.equal(await text(page, "answer"), "3");
});

await test("the keyboard draws, takes back and clears", {}, async (page) => {
  const type = async (keys) => { for (const key of keys) await page.keyboard.press(key); await frames(page); };
  const repeat = (key, times) => Array(times).fill(key);
  await page.locator("#paper").focus();
  // A 7: to the right, then down and a little to the left.
  const seven = [...repeat("ArrowLeft", 4), " ", ...repeat("ArrowRight", 8),
    ...["End", "ArrowDown", "End", "ArrowDown", "ArrowDown", "End", "ArrowDown", "ArrowDown", "End", "ArrowDown", "ArrowDown"], " "];
  await type(seven);
  assert.equal(await text(page, "answer"), "7");
  // A second stroke, which Backspace takes back.
  await type([" ", "ArrowLeft", "ArrowLeft", " "]);
  const before = await shares(page);
  await type(["Backspace"]);
  assert.notDeepEqual(await shares(page), before);
  assert.equal(await text(page, "answer"), "7");
  await type(["Tab", "Tab", "Enter"]);
  assert.equal(await text(page, "answer"), "–");
});

await test("the keyboard reaches every control, and each has a name", {}, async (page) => {
  const reached = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    const { id, outline } = await page.evaluate(() => {
      const { activeElement: active } = document;
      return { id: active.id || active.tagName, outline: getComputedStyle(active).outlineStyle };
    });
    if (id === "BODY") break;
    assert.notEqual(outline, "none", `${id} shows no focus`);
    reached.push(id);
  }
  for (const id of ["paper", "train", "rate", "apple", "apples", "orange", "oranges", "tax", "picture"]) {
    assert.ok(reached.includes(id), `${id} is not among ${reached}`);
  }
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, canvas, [tabindex], [role=img]")].filter((control) =>
      !(control.ariaLabel || control.labels?.length > 0 || control.textContent.trim())).map((control) => control.id));
  assert.deepEqual(nameless, []);
});

await test("the modules with and without SIMD agree", {}, async (page) => {
  const probabilities = (page) => page.evaluate(([points, lengths]) => {
    const { image, classify } = window.chainrule;
    return [...classify(image(new Float32Array(points), new Uint32Array(lengths)))];
  }, [DIGITS[8].flat(), DIGITS[8].map((stroke) => stroke.length / 2)]);
  const simd = await probabilities(page);
  await page.goto(`${server.address}?module=plain`);
  await page.locator("html[data-ready=plain]").waitFor();
  const plain = await probabilities(page);
  simd.forEach((probability, digit) => assert.ok(Math.abs(probability - plain[digit]) < 1e-5));
});

for (const module of ["simd", "plain"]) {
  await test(`the network learns from nothing (${module})`, {}, async (page) => {
    const weights = () => page.locator("#weights").evaluate((canvas) => canvas.toDataURL());
    const accuracy = async () => parseFloat(await text(page, "accuracy"));
    await page.getByRole("button", { name: "Train" }).click();
    await page.waitForFunction(() => document.getElementById("loss").textContent !== "–");
    const [first, picture] = [await accuracy(), await weights()];
    assert.ok(first < 80, `${first}`);
    await page.waitForFunction(() => Number(document.getElementById("epoch").textContent) >= 30, null, { timeout: 300_000 });
    await page.getByRole("button", { name: "Pause" }).click();
    await frames(page);
    assert.notEqual(await weights(), picture);
    assert.ok(await accuracy() >= ACCURACY, `${await accuracy()} %`);
    assert.ok(parseFloat(await text(page, "loss")) < 1);
    assert.ok((await page.locator("#accuracy-curve .curve").getAttribute("d")).split("L").length > 3);
    console.log(`        accuracy ${await accuracy()} % after epoch ${await text(page, "epoch")}, ${await text(page, "time")} per step`);
    // It classifies what is drawn.
    await page.getByLabel("yours, from below").check();
    await draw(page, DIGITS[0]);
    assert.equal(await text(page, "answer"), "0");
    await page.getByRole("button", { name: "Start again" }).click();
    await frames(page);
    assert.equal(await text(page, "epoch"), "0");
    assert.ok(Math.max(...await shares(page)) < 20, "random weights know nothing");
  }, module === "plain" ? "?module=plain" : "");
}

await test("the graph shows values and derivatives of the numbers in the form", {}, async (page) => {
  const expect = async (total, derivatives) => {
    assert.equal(await text(page, "total"), total);
    const shown = await page.locator("#numbers div output").allTextContents();
    assert.deepEqual(shown, derivatives.map((value) => `derivative ${value}`));
    const drawn = await page.locator("#picture text").allTextContents();
    for (const value of [total, ...derivatives]) assert.ok(drawn.includes(value.replace("−", "-")), `${value} is not in ${drawn}`);
  };
  await expect("715", ["2.2", "110", "3.3", "165", "650"]);
  await page.getByLabel("An apple").fill("200");
  await page.getByLabel("Apples", { exact: true }).fill("4");
  // (200 · 4 + 150 · 3) · 1.1
  await expect("1375", ["4.4", "220", "3.3", "165", "1250"]);
  await page.getByLabel("Tax").fill("-2");
  await expect("−2500", ["−8", "−400", "−6", "−300", "1250"]);
  await page.getByLabel("Tax").fill("");
  assert.equal(await text(page, "total"), "–");
});

await test("the declarations are those that were compiled", {}, async (page) => {
  for (const [id, file] of [["network-source", "network"], ["graph-source", "shopping"]]) {
    assert.equal(await text(page, id), readFileSync(new URL(`model/src/${file}.rs`, web), "utf8").trim());
  }
  assert.match(await text(page, "summary"), /39,?760 parameters/);
});

await test("the page is small", {}, async () => {
  const folder = new URL("target/page/", web);
  const bytes = (compress, except) => readdirSync(folder).filter((name) => !name.startsWith(except))
    .map((name) => compress(readFileSync(new URL(name, folder))).length).reduce((sum, size) => sum + size);
  for (const name of ["simd_bg.wasm", "plain_bg.wasm"]) {
    const module = readFileSync(new URL(name, folder));
    const [gzip, brotli] = [gzipSync(module).length, brotliCompressSync(module).length];
    console.log(`        ${name}: ${module.length} bytes, ${gzip} with gzip, ${brotli} with brotli`);
    assert.ok(gzip <= MOST_BYTES);
  }
  console.log(`        all that a browser with SIMD loads: ${bytes(gzipSync, "plain")} bytes with gzip`);
  assert.ok(bytes(gzipSync, "plain") <= MOST_BYTES);
});

await test("numbers that are none, or too large, are shown as such", {}, async (page) => {
  const apple = page.locator("#apple");
  const state = () => page.evaluate(() => ({
    total: document.getElementById("total").textContent,
    derivative: document.getElementById("d-tax").textContent,
    isStale: document.getElementById("picture").classList.contains("stale"),
    isInvalid: document.getElementById("apple").matches(":invalid"),
  }));
  const none = { total: "–", derivative: "", isStale: true, isInvalid: true };
  for (const entered of ["", "1e400", "-"]) {
    await apple.fill("");
    await apple.pressSequentially(entered);
    assert.deepEqual(await state(), none, entered);
  }
  const shown = (total, derivative) => ({ total, derivative: `derivative ${derivative}`, isStale: false, isInvalid: false });
  for (const [entered, expected] of [
    ["1e308", shown("∞", "∞")], ["-1e308", shown("−∞", "−∞")], ["1e30", shown("2.2e30", "2e30")],
    // Letters are not accepted, except that of an exponent.
    ["1x2", shown("521.4", "474")], ["0", shown("495", "450")],
  ]) {
    await apple.fill("");
    await apple.pressSequentially(entered);
    assert.deepEqual(await state(), expected, entered);
  }
  for (const name of ["apple", "apples", "orange", "oranges", "tax"]) await page.locator(`#${name}`).fill("-123456.789e12");
  assert.equal(await text(page, "total"), "−3.76335e51");
  const total = page.locator("#total");
  assert.ok((await total.boundingBox()).height < 50, "the total is broken into lines");
  await page.locator("#tax").press("Enter");
  assert.equal(page.url(), server.address);
});

await test("a training that overflows or learns nothing says so, and starts again", {}, async (page) => {
  const notice = page.locator("#training-problem");
  const rate = (value) => page.locator("#rate").evaluate((select, value) => {
    select.add(new Option(value, value, true, true));
    select.dispatchEvent(new Event("change"));
  }, value);
  for (const [value, expected] of [["1e30", /stopped/], ["30", /no longer learns|stopped/]]) {
    await rate(value);
    await page.locator("#train").click();
    await notice.waitFor();
    assert.match(await notice.textContent(), expected);
    await rate("0.1");
    await page.getByRole("button", { name: "Start again" }).click();
    assert.ok(await notice.isHidden());
    if (await text(page, "train") === "Pause") await page.locator("#train").click();
    assert.deepEqual([await text(page, "train"), await page.locator("#train").isEnabled()], ["Train", true]);
  }
  await page.locator("#train").click();
  await page.waitForFunction(() => parseFloat(document.getElementById("accuracy").textContent) > 50);
});

await test("a training ends, and can be repeated", {}, async (page) => {
  await page.locator("#rate").selectOption("0.3");
  await page.locator("#train").dblclick();
  assert.equal(await text(page, "train"), "Train");
  await page.locator("#train").click();
  await page.waitForFunction(() => document.getElementById("train").textContent === "Trained", null, { timeout: 300_000 });
  assert.deepEqual([await text(page, "epoch"), await page.locator("#train").isDisabled()], ["60", true]);
  await page.getByRole("button", { name: "Start again" }).click();
  assert.deepEqual([await text(page, "epoch"), await text(page, "train"), await page.locator("#train").isEnabled()], ["0", "Train", true]);
});

await test("a second finger does not draw", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async (page) => {
  const paper = page.locator("#paper");
  await paper.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await paper.boundingBox();
  const client = await page.context().newCDPSession(page);
  const touch = (type, ...points) => client.send("Input.dispatchTouchEvent", { type,
    touchPoints: points.map(([left, top], id) => ({ x: x + left * width, y: y + top * height, id })) });
  await touch("touchStart", [0.5, 0.2]);
  await touch("touchStart", [0.5, 0.2], [0.9, 0.5]);
  for (const top of [0.3, 0.5, 0.7, 0.8]) await touch("touchMove", [0.5, top], [0.1, top]);
  await touch("touchEnd");
  await frames(page);
  assert.equal(await text(page, "answer"), "1");
  // The answer is above the paper, where it is seen while a hand draws.
  const answer = await page.locator("#answer").boundingBox();
  assert.ok(answer.y + answer.height <= (await paper.boundingBox()).y);
});

await test("it fits every width, also while it is resized", {}, async (page) => {
  await draw(page, DIGITS[5]);
  for (const width of [320, 500, 735, 737, 900, 1600, 2560]) {
    await page.setViewportSize({ width, height: 800 });
    await frames(page);
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth), width);
    assert.equal(await text(page, "answer"), "5");
  }
  await draw(page, DIGITS[2]);
  assert.equal(await text(page, "answer"), "2");
});

const DEVICES = { desktop: { viewport: { width: 1280, height: 900 } }, phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true } };
for (const [device, settings] of Object.entries(DEVICES)) {
  for (const colorScheme of ["light", "dark"]) {
    await test(`${device}, ${colorScheme}: it fits`, { ...settings, colorScheme }, async (page) => {
      await draw(page, DIGITS[3]);
      await page.getByRole("button", { name: "Train" }).click();
      await page.waitForFunction(() => Number(document.getElementById("epoch").textContent) >= 15, null, { timeout: 300_000 });
      await page.getByRole("button", { name: "Pause" }).click();
      const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
      assert.equal(width, settings.viewport.width);
      await page.evaluate(() => scrollTo(0, 0));
      const picture = (name) => new URL(`${device}-${colorScheme}${name}.png`, pictures).pathname;
      await page.screenshot({ path: picture("") });
      await page.screenshot({ path: picture("-whole"), fullPage: true });
    });
  }
}

await browser.close();
server.end();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
