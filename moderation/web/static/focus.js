// The queue without waiting: a decision shows the next case, which is here already, and is sent behind it.
// Everything here is also a plain form: without this file the server leads on by itself.
(() => {
  const stage = document.getElementById("stage"), store = document.getElementById("ahead");
  const status = document.getElementById("status"), notice = document.getElementById("notice");
  const ready = () => [...store.querySelectorAll("template[data-ahead]")];
  const current = () => stage.querySelector("[data-case]")?.dataset.case || "";
  const onPage = () => [current(), ...ready().map((one) => one.dataset.ahead)].filter(Boolean);
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  let flying = 0;  // requests whose answer is still to come
  let seen = new Set(onPage());  // answers may overtake each other: what was here once is not put in line again

  const show = (template) => {
    stage.replaceChildren(template.content.cloneNode(true));
    stage.removeAttribute("aria-busy");
    template.remove();
    window.scrollTo({ top: 0 });
    stage.querySelector(".case-title")?.focus({ preventScroll: true });
  };
  // A page that was read anew leads on where the last one ended.
  stage.querySelector(".case-title")?.focus({ preventScroll: true });
  const next = () => { const one = ready()[0]; if (one) show(one); return Boolean(one); };
  const wait = () => { stage.replaceChildren(); stage.setAttribute("aria-busy", "true"); };

  const showAgain = (again) => {
    const was = stage.querySelector("[data-case]");
    if (was && was.dataset.case !== again.dataset.show) {
      const kept = document.createElement("template");
      kept.dataset.ahead = was.dataset.case;
      kept.content.append(was);
      store.prepend(kept);
    }
    show(document.importNode(again, true));
  };

  const take = (html) => {
    const made = parse(html), line = made.querySelector("[data-status]");
    if (line) { status.replaceChildren(...line.childNodes); stage.dataset.until = line.dataset.until; }
    for (const one of made.querySelectorAll("template[data-ahead]"))
      if (!seen.has(one.dataset.ahead)) { seen.add(one.dataset.ahead); store.append(document.importNode(one, true)); }
    const again = made.querySelector("template[data-show]"), end = made.querySelector("template[data-done]");
    if (again) showAgain(again);
    else if (!current() && !next() && end && !flying) show(document.importNode(end, true));
  };

  // An empty stage is filled by the answers that are under way; only when none is, the server is asked once more.
  // A key that is pressed meanwhile does nothing: it would decide what nobody has read.
  const settle = () => {
    if (flying) return;
    seen = new Set(onPage());
    if (!current() && !stage.querySelector("[data-empty]") && !next()) {
      wait();
      send(stage.dataset.more, new URLSearchParams({ csrf: stage.dataset.csrf }), "");
    }
  };

  const send = async (url, body, about) => {
    flying += 1;
    const answer = await fetch(url, { method: "POST", body, headers: { "X-Fragment": "1" } }).catch(() => null);
    const html = await answer?.text().catch(() => null);
    flying -= 1;
    if (answer?.status === 401) { location.reload(); return; }
    if (answer?.ok && html != null) take(html);
    else {
      seen.delete(about);  // not decided: the server may hand it out again
      if (html != null) notice.replaceChildren(...parse(html).body.childNodes); else notice.textContent = document.body.dataset.offline;
    }
    if (answer?.ok || (html != null && url !== stage.dataset.more)) settle(); else stage.removeAttribute("aria-busy");
  };
  addEventListener("online", settle);

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    const undo = form.matches("[data-undo]");
    if (!undo && !form.matches("[data-acts]")) return;
    const words = form.querySelector("[data-words]");
    if (button?.dataset.act === "publish" && words && !words.value.trim()) { event.preventDefault(); words.focus(); return; }
    event.preventDefault();
    const body = new FormData(form, button), about = current();
    const url = button?.getAttribute("formaction") || form.getAttribute("action");
    notice.replaceChildren();
    if (undo) button.disabled = true;
    else if (!next()) wait();
    body.set("ahead", onPage().join(","));
    send(url, new URLSearchParams(body), undo ? "" : about);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-act="reveal"]')) stage.querySelector("[data-fold]")?.toggleAttribute("open");
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
