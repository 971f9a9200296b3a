// Live numbers without a moving page: counts and marks change in their places, new cases wait behind a link.
// Server-sent events; where a proxy holds them back, the same numbers are asked for every quarter of a minute.
(() => {
  const box = document.querySelector("[data-live]");
  if (!box) return;
  const url = `${box.dataset.live}?since=${encodeURIComponent(box.dataset.since)}`;
  const fresh = box.querySelector("[data-new]"), pause = box.querySelector("[data-pause]");
  let source = null, poll = 0, patience = 0;

  const show = (told) => {
    for (const one of document.querySelectorAll('[data-count="open"]')) one.textContent = told.open;
    fresh.classList.toggle("unseen", told.new === "0");
    fresh.querySelector("[data-number]").textContent = told.new;
    const claimed = new Set(told.claimed);
    for (const one of document.querySelectorAll("[data-claim]")) one.classList.toggle("unseen", !claimed.has(one.dataset.claim));
  };

  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && answer.headers.get("content-type")?.includes("json")) show(await answer.json());
    else if (answer?.status === 401 || answer?.redirected) stop();
  };

  const stop = () => { source?.close(); source = null; clearInterval(poll); clearTimeout(patience); poll = 0; };
  const fall = () => { stop(); ask(); poll = setInterval(ask, 15000); };

  const start = () => {
    stop();
    if (!window.EventSource) { fall(); return; }
    source = new EventSource(url);
    patience = setTimeout(fall, 8000);
    source.addEventListener("queue", (event) => { clearTimeout(patience); show(JSON.parse(event.data)); });
    source.addEventListener("error", () => { if (source?.readyState === EventSource.CLOSED) fall(); });
  };

  const paused = () => localStorage.getItem("live") === "off";
  const tell = () => {
    pause.setAttribute("aria-pressed", String(paused()));
    if (paused()) stop(); else start();
  };
  pause.addEventListener("click", () => { localStorage.setItem("live", paused() ? "on" : "off"); tell(); });
  // A page that nobody sees listens to nothing.
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); else tell(); });
  addEventListener("pagehide", stop);
  box.classList.remove("unseen");
  tell();
})();
