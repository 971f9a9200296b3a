// What is on the page stays this person's while it is open, and is given back when it is left.
(() => {
  const stage = document.getElementById("stage"), store = document.getElementById("ahead");
  const ids = () => [
    ...[...stage.querySelectorAll("[data-case]")].map((one) => one.dataset.case),
    ...[...store.querySelectorAll("template[data-ahead]")].map((one) => one.dataset.ahead),
  ];
  const lease = async (gone) => {
    const body = new URLSearchParams({ csrf: stage.dataset.csrf, ids: ids().join(",") });
    if (gone) { body.set("gone", stage.dataset.until); navigator.sendBeacon(stage.dataset.leases, body); return; }
    if (document.hidden || !ids().length) return;
    const answer = await fetch(stage.dataset.leases, { method: "POST", body }).catch(() => null);
    if (answer?.ok) stage.dataset.until = await answer.text();
  };
  setInterval(() => lease(false), 45000);
  document.addEventListener("visibilitychange", () => lease(false));  // looked at again: it is still ours, or a colleague's by now
  addEventListener("pagehide", () => lease(true));
})();
