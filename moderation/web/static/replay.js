// A replay's bar moves while the page stays; when the replay begins or ends, the page is read again with what there is to see.
(() => {
  const box = document.querySelector("[data-replay]");
  if (!box) return;
  const bar = box.querySelector("progress"), done = box.querySelector("[data-done]");
  const ask = async () => {
    const answer = await fetch(box.dataset.replay, { headers: { Accept: "application/json" } }).catch(() => null);
    const told = answer?.ok && answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
    if (told && told.state !== box.dataset.state) { location.reload(); return; }
    if (told && done) { bar.value = told.done; done.textContent = told.done.toLocaleString("en"); }
    setTimeout(ask, told ? 1000 : 5000);
  };
  setTimeout(ask, 500);
})();
