// Shift chooses a range; the number of ticked comments is said beside the button.
(() => {
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
})();
