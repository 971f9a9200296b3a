// The form as it stands on the page.
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
