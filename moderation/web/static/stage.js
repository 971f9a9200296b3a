// What the queue has on the page: the case on the stage and those that are ready behind it. `focus.js` sends and asks for more.
const Stage = (() => {
  const stage = document.getElementById("stage"), store = document.getElementById("ahead");
  const status = document.getElementById("status");
  const ready = () => [...store.querySelectorAll("template[data-ahead]")];
  const current = () => stage.querySelector("[data-case]")?.dataset.case || "";
  const onPage = () => [current(), ...ready().map((one) => one.dataset.ahead)].filter(Boolean);
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  let seen = new Set(onPage());  // answers may overtake each other: what was here once is not put in line again

  const show = (template) => {
    stage.replaceChildren(template.content.cloneNode(true));
    stage.removeAttribute("aria-busy");
    template.remove();
    window.scrollTo({ top: 0 });
    stage.querySelector(".case-title")?.focus({ preventScroll: true });
  };
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

  // Takes an answer in; the end is shown only when no other answer can bring a case.
  const take = (html, isLast) => {
    const made = parse(html), line = made.querySelector("[data-status]");
    if (line) { status.replaceChildren(...line.childNodes); stage.dataset.until = line.dataset.until; }
    for (const one of made.querySelectorAll("template[data-ahead]"))
      if (!seen.has(one.dataset.ahead)) { seen.add(one.dataset.ahead); store.append(document.importNode(one, true)); }
    const again = made.querySelector("template[data-show]"), end = made.querySelector("template[data-done]");
    if (again) showAgain(again);
    else if (!current() && !next() && end && isLast) show(document.importNode(end, true));
  };

  const isBare = () => !current() && !stage.querySelector("[data-empty]") && !next();
  const recall = () => { seen = new Set(onPage()); };
  const forget = (id) => seen.delete(id);

  // A page that was read anew leads on where the last one ended.
  stage.querySelector(".case-title")?.focus({ preventScroll: true });
  return { current, onPage, parse, next, wait, take, isBare, recall, forget, box: stage };
})();
