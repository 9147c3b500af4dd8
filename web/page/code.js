// Rust in colours: comments, keywords and the names of types.

const TOKENS = /(\/\/.*)|\b(use|pub|struct|let|network!|graph!)|(?<![\w:])([A-Z]\w*)/g;
const KINDS = ["comment", "keyword", "type"];

export function showCode(place, source) {
  const text = source.trim();
  let after = 0;
  for (const match of text.matchAll(TOKENS)) {
    const token = document.createElement("span");
    token.className = KINDS[match.slice(1).findIndex((part) => part !== undefined)];
    token.textContent = match[0];
    place.append(text.slice(after, match.index), token);
    after = match.index + match[0].length;
  }
  place.append(text.slice(after));
}
