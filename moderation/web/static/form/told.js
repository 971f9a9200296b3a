// What became of the comment, looked at again until a person has decided.
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
