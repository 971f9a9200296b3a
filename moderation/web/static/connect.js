// What waits asks again by itself until it has arrived; a press copies what stands beside the button.
(() => {
  const ask = async (box) => {
    if (document.hidden) return box;
    const answer = await fetch(box.dataset.poll, { headers: { "X-Fragment": "1" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return box;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(`#${box.id}`);
    if (!fresh || fresh.innerHTML === box.innerHTML) return box;
    box.replaceWith(fresh);
    return fresh;
  };

  const watch = (box) => setTimeout(async () => {
    const now = await ask(box);
    if (now.dataset.poll) watch(now);
  }, 1500);
  document.querySelectorAll("[data-poll]").forEach(watch);

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    const words = button.textContent, text = button.parentElement.querySelector("[data-copy-text]").textContent;
    button.classList.remove("unseen");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = `${words} ✓`;
      setTimeout(() => { button.textContent = words; }, 1500);
    });
  }
})();
