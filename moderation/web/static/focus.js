// The queue without waiting: a decision shows the next case, which is here already, and is sent behind it.
// Everything here is also a plain form: without this file the server leads on by itself.
(() => {
  const stage = document.getElementById("stage"), store = document.getElementById("ahead");
  const status = document.getElementById("status"), notice = document.getElementById("notice");
  const ready = () => [...store.querySelectorAll("template[data-ahead]")];
  const current = () => stage.querySelector("[data-case]")?.dataset.case || "";
  const onPage = () => [current(), ...ready().map((one) => one.dataset.ahead)].filter(Boolean);

  const show = (template) => {
    stage.replaceChildren(template.content.cloneNode(true));
    template.remove();
    window.scrollTo({ top: 0 });
    stage.querySelector(".case-title")?.focus({ preventScroll: true });
  };
  // A page that was read anew leads on where the last one ended.
  stage.querySelector(".case-title")?.focus({ preventScroll: true });
  const next = () => { const one = ready()[0]; if (one) show(one); return Boolean(one); };
  const seen = new Set(onPage());  // answers may overtake each other: what was here once is not put in line again
  const busy = () => { stage.setAttribute("aria-busy", "true"); };

  const take = (html) => {
    const made = new DOMParser().parseFromString(html, "text/html");
    const line = made.querySelector("[data-status]");
    if (line) { status.replaceChildren(...line.childNodes); stage.dataset.until = line.dataset.until; }
    for (const one of made.querySelectorAll("template[data-ahead]"))
      if (!seen.has(one.dataset.ahead)) { seen.add(one.dataset.ahead); store.append(document.importNode(one, true)); }
    const again = made.querySelector("template[data-show]");
    if (again) {
      const was = stage.querySelector("[data-case]");
      if (was) {
        const kept = document.createElement("template");
        kept.dataset.ahead = was.dataset.case;
        kept.content.append(was);
        store.prepend(kept);
      }
      show(document.importNode(again, true));
    } else if (!current() && !next()) {
      const end = made.querySelector("template[data-done]");
      if (end) show(document.importNode(end, true)); else location.reload();
    }
    stage.removeAttribute("aria-busy");
  };

  const send = async (url, body) => {
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { "X-Fragment": "1" } });
      const html = await answer.text();
      if (answer.status === 401) { location.reload(); return; }
      if (answer.ok) { take(html); return; }
      notice.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      if (!current() && !next()) location.reload();
    } catch {
      notice.textContent = document.body.dataset.offline || "No connection: your last decision was not sent.";
    }
    stage.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    const undo = form.matches("[data-undo]");
    if (!undo && !form.matches("[data-acts]")) return;
    const words = form.querySelector("[data-words]");
    if (button?.dataset.act === "publish" && words && !words.value.trim()) { event.preventDefault(); words.focus(); return; }
    event.preventDefault();
    const body = new FormData(form, button);
    const url = button?.getAttribute("formaction") || form.getAttribute("action");
    notice.replaceChildren();
    if (undo) button.disabled = true;
    else if (!next()) { stage.replaceChildren(); busy(); }
    body.set("ahead", onPage().join(","));
    send(url, new URLSearchParams(body));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-act="reveal"]')) stage.querySelector("[data-fold]")?.toggleAttribute("open");
  });

  const lease = async (gone) => {
    const body = new URLSearchParams({ csrf: stage.dataset.csrf, ids: onPage().join(",") });
    if (gone) { body.set("gone", stage.dataset.until); navigator.sendBeacon(stage.dataset.leases, body); return; }
    if (document.hidden || !onPage().length) return;
    const answer = await fetch(stage.dataset.leases, { method: "POST", body }).catch(() => null);
    if (answer?.ok) stage.dataset.until = await answer.text();
  };
  setInterval(() => lease(false), 45000);
  addEventListener("pagehide", () => lease(true));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
