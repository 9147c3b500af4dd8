// A training in slices: a few steps in each frame, and then the curves and pictures.

const element = (id) => document.getElementById(id);

// As many as can be followed with the eye, and never more than a part of a frame.
const STEPS_PER_FRAME = 4;
const MOST_MILLISECONDS = 8;

const STEPS_PER_MEASUREMENT = 20;
const MOST_EPOCHS = 60;
const UNITS = 50;
const COLUMNS = 10;
const SIDE = 28;

export function training(page, paper) {
  let run = null;
  let isRunning = false;

  const begin = () => ({
    net: new page.Training(crypto.getRandomValues(new Uint32Array(1))[0], Number(element("rate").value)),
    steps: 0, milliseconds: 0, mean: null, losses: [], accuracies: [],
  });

  function frame() {
    if (!isRunning) return;
    try {
      const start = performance.now();
      const isDone = slice(run, start);
      show(run);
      paper.refresh();
      if (isStuck(run)) say("The network no longer learns. Start again with a smaller learning rate.");
      if (isDone) stop();
    } catch (error) {
      stop();
      element("train").disabled = true;
      element("loss").textContent = "overflow";
      say(`The training stopped: ${error.message}. Start again with a smaller learning rate.`);
    }
    requestAnimationFrame(frame);
  }

  function stop() {
    isRunning = false;
    element("train").textContent = run && epochs(run) < MOST_EPOCHS ? "Train" : "Trained";
    element("train").disabled = run !== null && epochs(run) >= MOST_EPOCHS;
  }

  element("train").addEventListener("click", () => {
    if (isRunning) return stop();
    if (!run) {
      run = begin();
      measure(run);
      element("restart").disabled = element("own").disabled = false;
    }
    isRunning = true;
    element("train").textContent = "Pause";
    requestAnimationFrame(frame);
  });
  element("restart").addEventListener("click", () => {
    run.net.free();
    run = begin();
    measure(run);
    show(run);
    say("");
    element("train").disabled = false;
    if (!isRunning) stop();
    paper.refresh();
  });
  element("rate").addEventListener("change", () => run?.net.set_learning_rate(Number(element("rate").value)));
  for (const choice of document.querySelectorAll("input[name=network]")) {
    choice.addEventListener("change", () => paper.classifyWith(
      choice.value === "own" ? (image) => run.net.classify(image) : page.classify));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(run));
  show(run);
}

function say(problem) {
  const notice = element("training-problem");
  // Only a change is announced.
  if (notice.textContent !== problem) notice.textContent = problem;
  notice.hidden = problem === "";
}

// As good as a guess, long after the start: after too large a step no unit passes anything on.
const isStuck = (run) => epochs(run) >= 5 && run.mean > 0.95 * Math.log(10);

const epochs = (run) => run.steps / run.net.steps_per_epoch();

// Trains for a part of a frame. Returns whether the training is complete.
function slice(run, start) {
  for (let step = 0; step < STEPS_PER_FRAME && performance.now() - start < MOST_MILLISECONDS; step++) {
    const before = performance.now();
    const loss = run.net.step();
    run.milliseconds += performance.now() - before;
    run.steps += 1;
    run.mean = run.mean === null ? loss : 0.9 * run.mean + 0.1 * loss;
    if (run.steps % STEPS_PER_MEASUREMENT === 0) measure(run);
  }
  return epochs(run) >= MOST_EPOCHS;
}

function measure(run) {
  if (run.mean !== null) run.losses.push([run.steps, run.mean]);
  run.accuracies.push([run.steps, run.net.accuracy()]);
}

function show(run) {
  const [loss, accuracy] = [run?.losses ?? [], run?.accuracies ?? []];
  element("epoch").textContent = run ? Math.floor(epochs(run)) : "0";
  element("loss").textContent = run?.mean != null ? run.mean.toFixed(3) : "–";
  element("accuracy").textContent = accuracy.length > 0 ? `${(100 * accuracy.at(-1)[1]).toFixed(1)} %` : "–";
  element("time").textContent = run?.steps > 0 ? `${(run.milliseconds / run.steps).toFixed(2)} ms` : "–";
  const last = Math.max(300, run?.steps ?? 0);
  curve(element("loss-curve"), loss, last, [0, 1, 2], String);
  curve(element("accuracy-curve"), accuracy, last, [0, 0.5, 1], (value) => `${100 * value} %`);
  paintWeights(element("weights"), run?.net.weights() ?? new Float32Array(UNITS * SIDE * SIDE));
}

const WIDTH = 400;
const HEIGHT = 128;
const LEFT = 48;

// Draws points over steps, with lines at some values. The last value is the top.
function curve(svg, points, last, values, label) {
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  const top = Math.max(values.at(-1), ...points.map(([, value]) => value));
  const x = (step) => LEFT + (step / last) * (WIDTH - LEFT - 4);
  const y = (value) => HEIGHT - 6 - (value / top) * (HEIGHT - 18);
  const rules = values.map((value) =>
    `<path class="rule" d="M${LEFT} ${y(value)}H${WIDTH}"/><text x="${LEFT - 10}" y="${y(value) + 4}" text-anchor="end">${label(value)}</text>`);
  const path = points.map(([step, value]) => `${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join("L");
  svg.innerHTML = rules.join("") + (path ? `<path class="curve" d="M${path}"/>` : "");
}

// The three numbers of a colour such as `#2b50c8`.
function channels(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

// A tile for each unit, with its largest weight in the full colour.
function paintWeights(canvas, weights) {
  const pixels = new ImageData(canvas.width, canvas.height);
  const [positive, negative, neutral] = ["--positive", "--negative", "--neutral"].map(channels);
  for (let unit = 0; unit < UNITS; unit++) {
    let largest = 1e-6;
    for (let at = unit; at < weights.length; at += UNITS) largest = Math.max(largest, Math.abs(weights[at]));
    const left = 1 + (unit % COLUMNS) * (SIDE + 2);
    const top = 1 + Math.floor(unit / COLUMNS) * (SIDE + 2);
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const share = weights[pixel * UNITS + unit] / largest;
      const [full, part] = share > 0 ? [positive, share] : [negative, -share];
      const at = 4 * ((top + Math.floor(pixel / SIDE)) * canvas.width + left + (pixel % SIDE));
      for (let channel = 0; channel < 3; channel++) {
        pixels.data[at + channel] = neutral[channel] + (full[channel] - neutral[channel]) * part;
      }
      pixels.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}
