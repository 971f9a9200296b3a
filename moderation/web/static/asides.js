// A note is written in the queue itself: it appears beside the comment, and the keys go on where they were.
(() => {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-note]")) return;
    event.preventDefault();
    const box = form.closest("[data-case]"), field = form.querySelector('input[name="words"]');
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "1" } }).catch(() => null);
    const made = answer && new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (!answer?.ok) {
      const notice = document.getElementById("notice");
      if (made) notice.replaceChildren(...made.childNodes); else notice.textContent = document.body.dataset.offline;
      return;
    }
    box.querySelector("[data-notes]").append(...made.children);
    field.value = "";
    form.closest("details").open = false;
    box.querySelector(".case-title").focus({ preventScroll: true });
  });
})();
