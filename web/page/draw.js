// The paper, the pen, and what the network says.

const element = (id) => document.getElementById(id);

// The pen's step and width, as parts of the paper.
const STEP = 0.05;
const WIDTH = 0.07;

const MOVES = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};

export function drawing(page) {
  const paper = element("paper");
  const bars = makeBars();
  // Each stroke is the numbers x, y, x, y, … from 0 to 1.
  let strokes = [];
  let pen = { x: 0.5, y: 0.3, isDown: false };
  let classify = page.classify;

  function show() {
    paint(paper, strokes, document.activeElement === paper && paper.matches(":focus-visible") ? pen : null);
    element("invitation").hidden = strokes.length > 0;
    element("undo").disabled = element("clear").disabled = strokes.length === 0;
    const points = new Float32Array(strokes.flat());
    const lengths = new Uint32Array(strokes.map((stroke) => stroke.length / 2));
    const image = page.image(points, lengths);
    paintImage(element("seen"), image);
    say(bars, strokes.length > 0 ? classify(image) : null);
  }

  let isAsked = false;
  // At most once a frame, however fast the pen moves.
  function showSoon() {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => { isAsked = false; show(); });
  }

  function change(action) {
    action();
    showSoon();
  }

  const place = (event) => {
    const { left, top, width, height } = paper.getBoundingClientRect();
    const inside = (value) => Math.min(1, Math.max(0, value));
    return [inside((event.clientX - left) / width), inside((event.clientY - top) / height)];
  };
  // A second finger does not draw.
  const isDrawing = (event) => event.isPrimary && paper.hasPointerCapture(event.pointerId);

  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    pen.isDown = false;
    change(() => strokes.push(place(event)));
  });
  paper.addEventListener("pointermove", (event) => {
    if (!isDrawing(event)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    change(() => strokes.at(-1).push(...(events.length > 0 ? events : [event]).flatMap(place)));
  });

  paper.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move) {
      const [x, y] = [pen.x, pen.y].map((value, axis) =>
        Math.min(1, Math.max(0, Math.round((value + move[axis] * STEP) / STEP) * STEP)));
      Object.assign(pen, { x, y });
      if (pen.isDown) strokes.at(-1).push(x, y);
    } else if (event.key === " ") {
      pen.isDown = !pen.isDown;
      if (pen.isDown) strokes.push([pen.x, pen.y]);
    } else if (event.key === "Backspace" || event.key === "Delete") {
      undo();
    } else {
      return;
    }
    event.preventDefault();
    showSoon();
  });
  paper.addEventListener("focus", showSoon);
  paper.addEventListener("blur", () => change(() => { pen.isDown = false; }));

  function undo() {
    strokes.pop();
    pen.isDown = false;
  }
  element("undo").addEventListener("click", () => change(undo));
  element("clear").addEventListener("click", () => change(() => { strokes = []; pen.isDown = false; }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showSoon);
  show();

  return {
    // Classifies with another function of an image from now on.
    classifyWith(other) { change(() => { classify = other; }); },
    refresh: showSoon,
  };
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint(paper, strokes, pen) {
  const side = paper.width;
  const context = paper.getContext("2d");
  context.clearRect(0, 0, side, side);
  Object.assign(context, { lineCap: "round", lineJoin: "round", lineWidth: WIDTH * side });
  context.strokeStyle = colour("--ink");
  for (const stroke of strokes) {
    context.beginPath();
    for (let at = 0; at < stroke.length; at += 2) context.lineTo(stroke[at] * side, stroke[at + 1] * side);
    // A line of no length is a dot.
    if (stroke.length === 2) context.lineTo(stroke[0] * side, stroke[1] * side);
    context.stroke();
  }
  if (!pen) return;
  context.beginPath();
  context.arc(pen.x * side, pen.y * side, (WIDTH / 2) * side, 0, 2 * Math.PI);
  context.lineWidth = 6;
  context.strokeStyle = colour("--accent");
  context.fillStyle = context.strokeStyle;
  if (pen.isDown) context.fill();
  context.stroke();
}

function paintImage(canvas, image) {
  const pixels = new ImageData(canvas.width, canvas.height);
  image.forEach((ink, at) => pixels.data.set([255 * ink, 255 * ink, 255 * ink, 255], 4 * at));
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

function makeBars() {
  return Array.from({ length: 10 }, (_, digit) => {
    const row = document.createElement("li");
    row.innerHTML = `<span>${digit}</span><span class="track"><span class="bar"></span></span><span class="share"></span>`;
    row.querySelector(".bar").style.display = "block";
    element("bars").append(row);
    return row;
  });
}

// Shows probabilities, or that there are none.
function say(bars, probabilities) {
  const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
  bars.forEach((row, digit) => {
    const share = probabilities ? 100 * probabilities[digit] : 0;
    row.classList.toggle("best", digit === best);
    row.querySelector(".bar").style.width = `${share}%`;
    row.querySelector(".share").textContent = probabilities ? `${share.toFixed(1)} %` : "";
  });
  const answer = probabilities ? String(best) : "–";
  // Only a change is announced.
  if (element("answer").textContent !== answer) element("answer").textContent = answer;
  element("certainty").textContent = probabilities
    ? `with a probability of ${(100 * probabilities[best]).toFixed(1)} %` : "nothing is drawn yet";
}
