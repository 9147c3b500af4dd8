// Loads the module with SIMD where the browser has it, and the one without elsewhere.
// `?module=plain` asks for the latter.

// A module with a function that returns a v128: `i32.const 0, i8x16.splat`.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

export async function load() {
  const asked = new URLSearchParams(location.search).get("module");
  const kind = asked !== "plain" && WebAssembly.validate(SIMD) ? "simd" : "plain";
  const page = await import(`./${kind}.js`);
  await page.default({ module_or_path: new URL(`${kind}_bg.wasm`, import.meta.url) });
  return { page, kind };
}
