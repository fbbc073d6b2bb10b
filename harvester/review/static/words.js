// At one reply: evidence and its reason point at each other, and words that are selected go into the form.

const pieces = (element) => element.dataset.pieces.split(" ");
const marks = [...document.querySelectorAll("mark[data-pieces]")];

// Passage and reason light up together.
function light(numbers, on) {
  for (const mark of marks) {
    if (pieces(mark).some((number) => numbers.includes(number))) mark.classList.toggle("app-at", on);
  }
  for (const number of numbers) document.getElementById(`piece-${number}`)?.classList.toggle("app-at", on);
}

function pairs(element, numbers) {
  for (const [begin, end] of [["mouseenter", "mouseleave"], ["focusin", "focusout"]]) {
    element.addEventListener(begin, () => light(numbers, true));
    element.addEventListener(end, () => light(numbers, false));
  }
}

for (const mark of marks) pairs(mark, pieces(mark));
for (const item of document.querySelectorAll("[data-piece]")) pairs(item, [item.dataset.piece]);

// What is shown on hover can be put away without moving the pointer (WCAG 2.2, 1.4.13).
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.classList.add("app-tips-off");
});
for (const mark of marks) {
  for (const begin of ["mouseenter", "focus"]) mark.addEventListener(begin, () => document.body.classList.remove("app-tips-off"));
}

// The sender's HTML opens in its place.
const html = document.querySelector("[data-html]");
html?.addEventListener("click", (event) => {
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.className = "app-frame";
  frame.title = "The sender's HTML, without pictures; links lead nowhere";
  frame.setAttribute("sandbox", "");
  frame.referrerPolicy = "no-referrer";
  frame.src = html.dataset.html;
  html.closest("p").replaceWith(frame);
});

const form = document.querySelector("form#decide");
if (form) {
  const change = document.getElementById("change");
  const says = document.querySelector("#confirm [data-says]");
  const open = () => { change.open = true; };
  let dirty = false;

  // Whoever opens it wants to change something.
  change.querySelector("summary").addEventListener("click", () => {
    if (!change.open) window.requestAnimationFrame(() => change.querySelector("select, input").focus());
  });
  if (window.location.hash === "#change") open();

  // Confirming saves what stands in the form; the button says so once something was changed.
  form.addEventListener("input", (event) => {
    dirty = true;
    says.textContent = "Save";
    const box = event.target;
    if (box.name === "kind" && box.checked) box.closest("fieldset").querySelector("[name=category]").checked = true;
    if (box.name === "category" && !box.checked) {
      for (const kind of box.closest("fieldset").querySelectorAll("[name=kind]")) kind.checked = false;
    }
  });
  form.addEventListener("submit", (event) => {
    dirty = false;
    if (form.dataset.sent) event.preventDefault(); // twice by a nervous finger
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  // Left with a problem or overtaken: what stands there is not saved.
  if (document.querySelector(".govuk-error-summary")) dirty = true;

  marking(form, open, () => { dirty = true; says.textContent = "Save"; });
}

// Selected words become a row of the form: the words, in which text they stand, and from which code point on.
function marking(form, open, changed) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button app-mark-this";
  button.textContent = "Mark as evidence";
  button.setAttribute("aria-keyshortcuts", "m");
  button.hidden = true;
  document.body.append(button);
  let chosen = null;

  document.addEventListener("selectionchange", () => {
    chosen = selected();
    button.hidden = !chosen;
    if (!chosen) return;
    document.body.classList.add("app-tips-off");
    const box = chosen.range.getBoundingClientRect();
    const left = Math.min(Math.max(box.left, 8), window.innerWidth - 190);
    button.style.setProperty("left", `${left + window.scrollX}px`);
    button.style.setProperty("top", `${box.bottom + window.scrollY + 6}px`);
  });
  button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => { if (chosen) take(chosen); });

  function take({ words, where, start }) {
    const rows = [...form.querySelectorAll("[data-markrow]")];
    let row = rows.at(-1);
    if (row.querySelector("[name=mark_words]").value.trim()) row = another(row, rows.length);
    row.querySelector("[name=mark_words]").value = words;
    row.querySelector("[name=mark_where]").value = where;
    row.querySelector("[name=mark_start]").value = start;
    open();
    changed();
    row.querySelector("[name=mark_about]").focus();
    window.getSelection().removeAllRanges();
  }
}

function another(row, number) {
  const next = row.cloneNode(true);
  for (const field of next.querySelectorAll("[id]")) field.id = field.id.replace(/\d+$/, number);
  for (const label of next.querySelectorAll("[for]")) label.htmlFor = label.htmlFor.replace(/\d+$/, number);
  for (const error of next.querySelectorAll(".govuk-error-message")) error.remove();
  for (const field of next.querySelectorAll("input, select")) if (field.name !== "mark_standing") field.value = "";
  row.after(next);
  return next;
}

function selected() {
  const selection = window.getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const words = selection.toString().trim();
  const box = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-where]");
  const text = box(range.startContainer);
  if (!words || !text || box(range.endContainer) !== text) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  return { words, range, where: text.dataset.where, start: Number(text.dataset.start) + [...before.toString()].length };
}
