// Shift chooses a range; the number of ticked comments is said beside the button. Keys walk the lines.
(() => {
  if (location.hash === "#search") document.querySelector('[data-act="search"]')?.focus();
  const form = document.querySelector("[data-list]");
  if (!form) return;
  const boxes = [...form.querySelectorAll('input[name="ids"]')], said = form.querySelector("[data-chosen]");
  const plain = said?.textContent;
  let last = -1;
  const tell = () => { const n = boxes.filter((one) => one.checked).length; if (said) said.textContent = n ? `${plain} (${n})` : plain; };
  boxes.forEach((box, at) => box.addEventListener("click", (event) => {
    if (event.shiftKey && last >= 0) for (let n = Math.min(at, last); n <= Math.max(at, last); n += 1) boxes[n].checked = box.checked;
    last = at;
    tell();
  }));

  const acts = JSON.parse(document.body.dataset.keys || "{}"), lines = [...form.querySelectorAll("[data-line]")];
  const here = () => lines.findIndex((one) => one.closest("[data-row]").contains(document.activeElement));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.closest("select, textarea, input:not([type=checkbox])") || !acts.next) return;
    const key = event.key.toLowerCase(), at = here();
    const step = key === acts.next ? 1 : key === acts.previous ? -1 : 0;
    if (step) { event.preventDefault(); lines[Math.min(Math.max(at + step, 0), lines.length - 1)].focus(); }
    else if (key === "x" && at >= 0) {
      event.preventDefault();
      const box = lines[at].closest("[data-row]").querySelector('input[name="ids"]');
      box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
    }
  });
})();
