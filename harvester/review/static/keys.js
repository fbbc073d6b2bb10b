// Single keys (WCAG 2.2, 2.1.4): off by data-keys="off" on the body, never while somebody types or a modifier is held.
// A link, button or row says itself which key it answers to, by aria-keyshortcuts; /keys lists them.

const GLOBAL = { n: "/queue", "?": "/keys" };

function typing(element) {
  return element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

function shown(element) {
  return element && element.getClientRects().length > 0;
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(shown);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.classList.contains("app-at"));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  rows[at]?.classList.remove("app-at");
  next.classList.add("app-at");
  const link = next.querySelector("a");
  link?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function search() {
  const field = document.getElementById("search");
  if (!field) return go("/#search");
  field.focus();
  field.select();
  return true;
}

function go(address) {
  window.location.assign(address);
  return true;
}

function tick() {
  const box = document.querySelector("[data-row].app-at input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

function act(key) {
  if (key === "/") return search();
  const named = document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  if (named && (shown(named) || named.tagName === "A")) {
    named.click();
    return true;
  }
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "x") return tick();
  return key in GLOBAL ? go(GLOBAL[key]) : false;
}

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.defaultPrevented || event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
  if (event.key.length !== 1 || typing(event.target)) return;
  if (act(event.key)) event.preventDefault();
});

if (window.location.hash === "#search") search();
