// What somebody ticks before the counts have come stays ticked when they take the place of the bare filters.

const filters = document.querySelector("#filters form > div");
if (filters) {
  const touched = new Map();
  let focused = "";
  filters.addEventListener("change", (event) => touched.set(event.target.id, event.target.checked));
  filters.addEventListener("focusin", (event) => { focused = event.target.id; });
  filters.addEventListener("focusout", (event) => { if (event.relatedTarget) focused = ""; });
  new MutationObserver(() => {
    for (const [id, checked] of touched) {
      const box = document.getElementById(id);
      if (box) box.checked = checked;
    }
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  }).observe(filters, { childList: true });
}
