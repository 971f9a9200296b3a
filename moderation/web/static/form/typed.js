// While somebody types: a token at the first touch, the draft in the tab, the counter.
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
