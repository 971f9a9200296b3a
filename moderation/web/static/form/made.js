// What all parts of the form share: the page that carries it, its own box, elements, questions, and what the tab keeps.
const here = document.currentScript, set = here.dataset, base = here.src.replace(/form\.js(\?.*)?$/, "");
const article = { id: set.article || location.pathname.slice(0, 200), url: location.origin + location.pathname, title: (set.title || document.title).slice(0, 500) };
const around = here.closest("[lang]"), lang = set.lang || (around ? around.lang : "en");
const api = base + encodeURIComponent(set.site), nth = document.querySelectorAll(".moderation-form").length;
// A script that stands in the page's head has nothing visible after it.
const place = (set.into && document.querySelector(set.into)) || (document.head.contains(here) ? document.body : here), id = (name) => `moderation-${nth}-${name}`;
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
