// The readers' form on a page of another site: no dependency, no cookie, no inline style, no markup from strings.
// <script src="https://ENGINE/embed/form.js" data-site="gazette" data-article="a-1" data-title="The headline" defer></script>
(() => {
  const here = document.currentScript, set = here.dataset, base = here.src.replace(/form\.js(\?.*)?$/, "");
  const article = { id: set.article || location.pathname.slice(0, 200), url: location.origin + location.pathname, title: (set.title || document.title).slice(0, 500) };
  const around = here.closest("[lang]"), lang = set.lang || (around ? around.lang : "en");
  const api = base + encodeURIComponent(set.site), nth = document.querySelectorAll(".moderation-form").length;
  const place = (set.into && document.querySelector(set.into)) || here, id = (name) => `moderation-${nth}-${name}`;
  const draft = `moderation:${set.site}:${article.id}:${set.parent || ""}`;
  const box = make("section", { class: "moderation-form", "aria-busy": "true" });
  let settings, words, form, token, dated, sending, timer, poll;

  // What lies in the tab only; a browser that forbids it loses nothing but the draft.
  const kept = {
    get(key) { try { return JSON.parse(sessionStorage.getItem(draft + key)); } catch { return null; } },
    put(key, value) { try { value === null ? sessionStorage.removeItem(draft + key) : sessionStorage.setItem(draft + key, JSON.stringify(value)); } catch { /* forbidden */ } },
  };

  function make(tag, attributes = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) element.setAttribute(name, value);
    element.append(...inside.filter((one) => one !== null));
    return element;
  }

  const ask = async (path, options = {}) => {
    const answer = await fetch(path, { credentials: "omit", referrerPolicy: "no-referrer", ...options });
    const body = await answer.json().catch(() => ({}));
    return { status: answer.status, body };
  };

  function field(name, control, ...more) {
    return make("p", { class: "moderation-field" }, make("label", { for: id(name) }, words[name]), control, make("span", { class: "moderation-fault", id: id(name + "-fault"), hidden: "" }), ...more);
  }

  function input(name, attributes) {
    return make("input", { id: id(name), name, dir: "auto", "aria-describedby": id(name + "-fault"), ...attributes });
  }

  function officer(told) {
    if (!told) return null;
    const mail = /^[^\s@:]+@[^\s@]+$/.test(told.contact), contact = mail ? make("a", { href: "mailto:" + told.contact }, told.contact) : told.contact;
    return make("p", { class: "moderation-soft" }, words.officer + " ", make("bdi", {}, told.name), told.name && told.contact ? ", " : "", make("bdi", {}, contact));
  }

  function build() {
    const said = settings.disclaimer, most = words.limit.replace("#", settings.limit);
    const text = make("textarea", { id: id("text"), name: "text", rows: 6, dir: "auto", "aria-describedby": `${id("most")} ${id("text-fault")}` });
    const agree = said.mode === "accept"
      ? make("p", { class: "moderation-tick" }, make("input", { type: "checkbox", id: id("accepted"), name: "accepted", "aria-describedby": id("accepted-fault") }), make("label", { for: id("accepted") }, words.agree))
      : make("p", { class: "moderation-soft" }, words.notice);
    form = make("form", { novalidate: "", "aria-labelledby": id("heading") },
      make("div", { class: "moderation-trouble", id: id("trouble"), tabindex: "-1", hidden: "" }),
      field("title", input("title", { value: article.title })),
      field("name", input("name", { autocomplete: "name" })),
      field("email", input("email", { type: "email", autocomplete: "email", dir: "ltr" }), make("span", { class: "moderation-soft" }, words.email_hint)),
      make("p", { class: "moderation-away", "aria-hidden": "true" }, make("label", { for: id("homepage") }, words.empty), make("input", { id: id("homepage"), name: "homepage", tabindex: "-1", autocomplete: "off" })),
      field("text", text, make("span", { class: "moderation-away", id: id("most") }, most), make("span", { class: "moderation-left", id: id("left"), "aria-hidden": "true" }), make("span", { class: "moderation-away", role: "status", id: id("said") })),
      make("p", { class: "moderation-disclaimer", tabindex: "0", role: "region", "aria-label": words.disclaimer, lang: said.language, dir: "auto" }, said.text),
      agree, make("span", { class: "moderation-fault", id: id("accepted-fault"), hidden: "" }),
      make("p", {}, make("button", { type: "submit" }, words.post)), officer(settings.officer));
    const typed = kept.get("");
    for (const [name, value] of Object.entries(typed || {})) if (form.elements[name]) form.elements[name].value = value;
    form.addEventListener("focusin", fetchToken, { once: true });
    form.addEventListener("input", () => { count(); keepDraft(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
    show(make("h2", { id: id("heading") }, words.heading), form);
    count();
  }

  function show(...parts) {
    clearTimeout(poll);
    box.replaceChildren(...parts.filter((one) => one !== null));
    box.removeAttribute("aria-busy");
  }

  function fetchToken() {
    dated = Date.now();
    token = ask(api + "/token").then(({ body }) => body.token || "").catch(() => "");
  }

  function keepDraft() {
    const values = {};
    for (const name of ["title", "name", "email", "text"]) values[name] = form.elements[name].value;
    kept.put("", values);
  }

  // One rule with the server: UTF-16 units, a line end is one, nothing is trimmed.
  function count() {
    const rest = settings.limit - form.elements.text.value.replace(/\r\n?/g, "\n").length, left = form.querySelector(".moderation-left");
    const told = rest < 0 ? words.over.replace("#", -rest) : rest === 1 ? words.one : words.many.replace("#", rest);
    left.textContent = told;
    left.dataset.state = rest < 0 ? "over" : rest < 100 ? "near" : "";
    clearTimeout(timer);
    if (rest < 100) timer = setTimeout(() => { document.getElementById(id("said")).textContent = told; }, 900);
  }

  function busy(now) {
    const button = form.querySelector("button");
    sending = now;
    button.disabled = now;
    button.textContent = now ? words.sending : words.post;
  }

  async function submit() {
    if (sending) return;
    busy(true);
    if (!token || Date.now() - dated > 72e6) fetchToken();
    const of = form.elements, typed = (name) => of[name].value;
    const comment = {
      article, parent: set.parent || "", text: typed("text"), title: typed("title"), name: typed("name"), email: typed("email"), homepage: typed("homepage"),
      accepted: !of.accepted || of.accepted.checked, version: settings.disclaimer.version, token: await token, language: settings.language,
    };
    try {
      const { status, body } = await ask(api + "/comments", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(comment) });
      busy(false);
      if (status === 200) return sent(body);
      if (status === 422 && body.errors) return fail(Object.fromEntries(body.errors.map((one) => [one.pointer.slice(1), one.message])));
      fail({ "": status === 429 ? words.often : words.lost });
    } catch {
      busy(false);
      fail({ "": words.lost });
    }
  }

  function fail(faults) {
    const trouble = document.getElementById(id("trouble")), list = make("ul");
    for (const one of form.querySelectorAll(".moderation-fault")) {
      const name = one.id.slice(id("").length).replace("-fault", ""), control = form.elements[name];
      one.textContent = faults[name] || "";
      one.hidden = !faults[name];
      if (control) faults[name] ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid");
    }
    for (const [name, said] of Object.entries(faults)) list.append(make("li", {}, form.elements[name] ? make("a", { href: "#" + id(name) }, said) : said));
    trouble.replaceChildren(...("" in faults ? [make("p", {}, faults[""])] : [make("p", {}, words.faults), list]));
    trouble.hidden = false;
    trouble.focus();
  }

  function sent(told) {
    token = null;
    kept.put("", null);
    kept.put(":sent", own(told));
    report(told, true);
  }

  const own = (told) => `${api}/status/${told.status_json.split("/status/")[1]}`;

  function report(told, focus) {
    const again = make("button", { type: "button" }, words.another), heading = make("h2", { tabindex: "-1" }, told.heading);
    const bars = { published: "done", held: "waits", rejected: "gone", withdrawn: "gone" };
    again.addEventListener("click", () => { kept.put(":sent", null); build(); form.elements.text.focus(); });
    const why = told.status === "rejected" || told.status === "held" ? told.grounds : [];
    show(make("div", { class: "moderation-status", "data-state": bars[told.status], role: "status" }, heading,
      ...told.sentences.map((one) => make("p", { class: "moderation-said", dir: "auto" }, one)),
      why.length ? make("p", {}, words.why + ":") : null, why.length ? make("ul", {}, ...why.map((one) => make("li", { dir: "auto" }, one.words))) : null),
    why.length ? officer(told.officer) : null,
    make("p", {}, make("a", { href: told.status_url }, words.status)), make("p", { class: "moderation-soft" }, words.keep), make("p", {}, again));
    if (focus) heading.focus();
    if (told.status === "held") poll = setTimeout(() => look(own(told), told.status), 20e3);
  }

  async function look(address, before) {
    try {
      const { status, body } = await ask(address);
      if (status !== 200) return before ? null : build();
      if (body.status !== before) return report(body, false);
    } catch { if (!before) return build(); }
    poll = setTimeout(() => look(address, before), 60e3);
  }

  // Light words stand on a dark page: warnings take the tint that can be read there.
  function tone() {
    const [r, g, b] = (getComputedStyle(box).color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
    box.dataset.tone = 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "dark" : "light";
  }

  async function start() {
    place === here ? here.after(box) : place.append(box);
    const wait = set.style === "none" ? null : new Promise((go) => {
      const link = make("link", { rel: "stylesheet", href: base + "form.css" });
      link.onload = link.onerror = go;
      document.head.append(link);
    });
    const hosted = `${base.replace(/embed\/$/, "form/")}${encodeURIComponent(set.site)}?${new URLSearchParams({ article: article.id, url: article.url, headline: article.title, lang })}`;
    let got;
    try { got = await ask(`${api}?${new URLSearchParams({ lang, article: article.id })}`); } catch { got = { status: 0 }; }
    await wait;
    tone();
    if (got.status !== 200) return show(make("p", {}, make("a", { href: hosted }, "Leave a Comment")));
    settings = got.body;
    words = settings.words;
    box.lang = settings.language;
    box.dir = settings.direction;
    if (settings.closed) return show(make("p", {}, words.closed));
    const before = kept.get(":sent");
    before && before.startsWith(api + "/status/") ? look(before, "") : build();
  }

  addEventListener("pageshow", () => { if (form && sending) busy(false); });
  start();
})();
