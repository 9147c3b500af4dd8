// Starts the parts of the page when the module is there.

import { showCode } from "./code.js";
import { drawing } from "./draw.js";
import { graph } from "./graph.js";
import { training } from "./train.js";
import { load } from "./wasm.js";

const element = (id) => document.getElementById(id);

try {
  const { page, kind } = await load();
  showCode(element("network-source"), page.network_source());
  showCode(element("graph-source"), page.shopping_source());
  element("summary").textContent = page.summary();
  element("module").textContent = kind === "simd"
    ? "This browser runs the module with SIMD." : "This browser runs the module without SIMD.";

  const paper = drawing(page);
  training(page, paper);
  graph(page);
  // For the measurement and the tests.
  window.chainrule = page;
  document.documentElement.dataset.ready = kind;
} catch (error) {
  const problem = element("problem");
  problem.textContent = `The network could not be started: ${error.message ?? error}`;
  problem.hidden = false;
  throw error;
}
