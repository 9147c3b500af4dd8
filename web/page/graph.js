// The shopping list: numbers in, values and derivatives out.

const element = (id) => document.getElementById(id);
const INPUTS = ["apple", "apples", "orange", "oranges", "tax"];

// At most six digits, without zeros at the end.
const short = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

export function graph(page) {
  function show() {
    const values = INPUTS.map((name) => element(name).valueAsNumber);
    // The last picture stays until every field is a number again.
    if (!values.every(Number.isFinite)) {
      element("total").textContent = "–";
      return;
    }
    const receipt = new page.Receipt(...values);
    element("total").textContent = short(receipt.total());
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
