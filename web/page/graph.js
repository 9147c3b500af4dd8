// The shopping list: numbers in, values and derivatives out.

const element = (id) => document.getElementById(id);
const INPUTS = ["apple", "apples", "orange", "oranges", "tax"];

// At most six digits, without zeros at the end.
const short = (value) =>
  String(Number(value.toPrecision(6))).replace("Infinity", "∞").replace("e+", "e").replaceAll("-", "−");

function write(output, text) {
  output.textContent = text;
  output.classList.toggle("long", text.length > 8);
}

export function graph(page) {
  function show() {
    const values = INPUTS.map((name) => element(name).valueAsNumber);
    const isComplete = values.every(Number.isFinite);
    // The last picture stays, paler, until every field is a number again.
    element("picture").classList.toggle("stale", !isComplete);
    if (!isComplete) {
      write(element("total"), "–");
      for (const name of INPUTS) element(`d-${name}`).textContent = "";
      return;
    }
    const receipt = new page.Receipt(...values);
    write(element("total"), short(receipt.total()));
    receipt.derivatives().forEach((derivative, at) => {
      element(`d-${INPUTS[at]}`).textContent = `derivative ${short(derivative)}`;
    });
    element("picture").innerHTML = receipt.picture();
    receipt.free();
  }
  element("numbers").addEventListener("input", show);
  element("numbers").addEventListener("submit", (event) => event.preventDefault());
  show();
}
