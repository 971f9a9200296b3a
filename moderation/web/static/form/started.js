// Putting it on the page, in the page's colours.
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
