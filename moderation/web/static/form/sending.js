// Pressing the button: once, whatever comes back, and all faults told together.
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
    if (status === 413) return fail({ text: words.long });
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
