// The queue without waiting: a decision shows the next case, which is here already, and is sent behind it.
// Everything here is also a plain form: without this file the server leads on by itself.
(() => {
  const notice = document.getElementById("notice"), asks = Stage.box.dataset;
  let flying = 0;  // requests whose answer is still to come

  // An empty stage is filled by the answers that are under way; only when none is, the server is asked once more.
  // A key that is pressed meanwhile does nothing: it would decide what nobody has read.
  const settle = () => {
    if (flying) return;
    Stage.recall();
    if (Stage.isBare()) {
      Stage.wait();
      send(asks.more, new URLSearchParams({ csrf: asks.csrf }), "");
    }
  };

  const send = async (url, body, about) => {
    flying += 1;
    const answer = await fetch(url, { method: "POST", body, headers: { "X-Fragment": "1" } }).catch(() => null);
    const html = await answer?.text().catch(() => null);
    flying -= 1;
    if (answer?.status === 401) { location.reload(); return; }
    if (answer?.ok && html != null) Stage.take(html, !flying);
    else {
      Stage.forget(about);  // not decided: the server may hand it out again
      if (html != null) notice.replaceChildren(...Stage.parse(html).body.childNodes); else notice.textContent = document.body.dataset.offline;
    }
    if (answer?.ok || (html != null && url !== asks.more)) settle(); else Stage.box.removeAttribute("aria-busy");
  };
  addEventListener("online", settle);

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    const undo = form.matches("[data-undo]");
    if (!undo && !form.matches("[data-acts]")) return;
    const words = form.querySelector("[data-words]");
    if (button?.dataset.act === "publish" && words && !words.value.trim()) { event.preventDefault(); words.focus(); return; }
    event.preventDefault();
    const body = new FormData(form, button), about = Stage.current();
    const url = button?.getAttribute("formaction") || form.getAttribute("action");
    notice.replaceChildren();
    if (undo) button.disabled = true;
    else if (!Stage.next()) Stage.wait();
    body.set("ahead", Stage.onPage().join(","));
    send(url, new URLSearchParams(body), undo ? "" : about);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-act="reveal"]')) Stage.box.querySelector("[data-fold]")?.toggleAttribute("open");
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
