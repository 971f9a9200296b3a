// Single keys. Each act has one; a person may remap or switch off all of them (WCAG 2.1.4). Keys are quiet while typing.
(() => {
  const acts = JSON.parse(document.body.dataset.keys || "{}");
  const of = Object.fromEntries(Object.entries(acts).map(([act, key]) => [key, act]));
  const typing = (at) => at.closest("input, textarea, select, [contenteditable], dialog[open] input");

  const press = (selector) => {
    const found = [...document.querySelectorAll(selector)].find((one) => one.offsetParent !== null || one.getClientRects().length);
    if (!found) return false;
    if (found.matches("input, textarea")) { found.focus(); found.select?.(); } else { found.click(); }
    // A key that opens a form leads into it; Escape leads out again.
    if (found.matches("[data-first]")) {
      found.parentElement.scrollIntoView({ block: "nearest" });
      found.parentElement.querySelector("select, textarea, input:not([type=hidden])")?.focus({ preventScroll: true });
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.key === "Escape" && typing(event.target)) {
      const box = event.target.closest("details.aside");
      if (box) { box.open = false; box.querySelector("summary").focus(); } else { event.target.blur(); }
      return;
    }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.shiftKey && key !== event.key) return;  // a capital letter is the beginning of a word, not a decision
    if (document.body.dataset.digits === "on" && /^[1-9]$/.test(key)) {
      if (press(`[data-digit="${key}"]`)) event.preventDefault();
      return;
    }
    const act = of[key];
    if (act && press(`[data-act="${act}"]`)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const help = document.querySelector("dialog[data-help]");
    if (help && event.target.closest('[data-act="help"]')) { event.preventDefault(); help.showModal(); return; }
    const opener = event.target.closest('[data-act="grounds-open"]');
    if (!opener) return;
    const first = document.querySelector(".grounds button");
    if (first) { event.preventDefault(); first.focus(); }
  });
})();
