// A browser with the page in it, and hands that draw.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const launch = () =>
  chromium.launch({ executablePath: BROWSERS.find((path) => path && existsSync(path)), args: FLAGS });

// Runs `web/serve` on a free port. Returns its address, and a function that ends it.
export async function serve() {
  const server = spawn(new URL("../serve", import.meta.url).pathname, ["0"], { stdio: ["ignore", "pipe", "ignore"] });
  // The stream stays open: a server that cannot print ends.
  const address = await new Promise((done, fail) => {
    let text = "";
    server.stdout.on("data", (part) => {
      text += part;
      const port = text.match(/port (\d+)\s/)?.[1];
      if (port) done(`http://127.0.0.1:${port}/`);
    });
    server.on("exit", () => fail(new Error(`web/serve ended: ${text}`)));
  });
  return { address, end: () => server.kill() };
}

export async function open(browser, address, settings = {}) {
  const page = await browser.newPage(settings);
  await page.goto(address);
  await page.locator("html[data-ready]").waitFor();
  return page;
}

// The ten digits as strokes: x, y, x, y, … from 0 to 1. A curve has a point every few degrees.
const arc = (x, y, width, height, from, to) => {
  const count = Math.ceil(Math.abs(to - from) / 12);
  return Array.from({ length: count + 1 }, (_, at) => {
    const angle = ((from + ((to - from) * at) / count) * Math.PI) / 180;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  }).flat();
};

export const DIGITS = [
  [arc(0.5, 0.5, 0.22, 0.34, -90, 270)],
  [[0.38, 0.3, 0.52, 0.15, 0.52, 0.85]],
  [[...arc(0.5, 0.33, 0.2, 0.18, -170, 40), 0.32, 0.84, 0.72, 0.84]],
  [[...arc(0.48, 0.32, 0.19, 0.17, -150, 90), ...arc(0.48, 0.67, 0.22, 0.18, -90, 150)]],
  [[0.55, 0.15, 0.28, 0.58, 0.74, 0.58], [0.6, 0.4, 0.6, 0.86]],
  [[0.7, 0.15, 0.38, 0.15, 0.35, 0.46, ...arc(0.47, 0.64, 0.22, 0.21, -100, 140)]],
  [[...arc(0.62, 0.5, 0.3, 0.37, -90, -180), ...arc(0.5, 0.66, 0.19, 0.19, 180, -180)]],
  [[0.28, 0.17, 0.72, 0.17, 0.45, 0.86]],
  [[...arc(0.5, 0.32, 0.17, 0.17, 90, -270), ...arc(0.5, 0.68, 0.2, 0.19, -90, 270)]],
  [[...arc(0.48, 0.34, 0.19, 0.19, 0, -360), 0.67, 0.34, 0.62, 0.86]],
];

// Other hands: slanted, thin, angular, in several strokes or with a serif.
export const OTHER_DIGITS = [
  [arc(0.52, 0.48, 0.3, 0.36, -60, -420)],
  [[0.54, 0.12, 0.46, 0.88]],
  [[0.3, 0.26, 0.42, 0.14, 0.62, 0.16, 0.68, 0.32, 0.54, 0.54, 0.3, 0.84, 0.5, 0.8, 0.76, 0.84]],
  [[0.32, 0.16, 0.68, 0.16, 0.48, 0.44, ...arc(0.47, 0.65, 0.22, 0.21, -80, 150)]],
  [[0.6, 0.86, 0.6, 0.14, 0.26, 0.6, 0.78, 0.6]],
  [[0.36, 0.18, 0.35, 0.46, ...arc(0.47, 0.64, 0.22, 0.21, -100, 140)], [0.36, 0.18, 0.72, 0.16]],
  [[0.62, 0.14, 0.46, 0.3, 0.36, 0.52, ...arc(0.52, 0.67, 0.17, 0.17, 190, -170)]],
  [[0.26, 0.2, 0.74, 0.16, 0.5, 0.5, 0.42, 0.86], [0.36, 0.52, 0.64, 0.52]],
  [[0.66, 0.22, 0.5, 0.14, 0.36, 0.26, 0.46, 0.44, 0.64, 0.6, 0.62, 0.8, 0.46, 0.86, 0.34, 0.72, 0.46, 0.52, 0.62, 0.36, 0.66, 0.22]],
  [[...arc(0.5, 0.34, 0.2, 0.2, -20, -360), 0.7, 0.34, 0.68, 0.6, 0.6, 0.78, 0.42, 0.86]],
];

export async function draw(page, strokes) {
  await page.getByRole("button", { name: "Clear" }).evaluate((button) => button.click());
  const paper = page.locator("#paper");
  await paper.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await paper.boundingBox();
  for (const stroke of strokes) {
    await page.mouse.move(x + stroke[0] * width, y + stroke[1] * height);
    await page.mouse.down();
    for (let at = 2; at < stroke.length; at += 2) {
      await page.mouse.move(x + stroke[at] * width, y + stroke[at + 1] * height);
    }
    await page.mouse.up();
  }
  await frames(page);
}

// Waits until what was done is shown.
export const frames = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
