// "You have N characters left.", by the same rule as the server: UTF-16 units, a line end is one. It only counts; the server decides.
(() => {
  const text = document.querySelector("textarea[data-limit]"), left = document.getElementById("left");
  const said = document.getElementById("left-said"), limit = Number(text.dataset.limit);
  let timer = 0;
  const words = (n) => (n < 0 ? left.dataset.over.replace("#", -n) : n === 1 ? left.dataset.one : left.dataset.many.replace("#", n));
  const count = () => {
    const rest = limit - text.value.replace(/\r\n?/g, "\n").length;
    left.textContent = words(rest);
    left.classList.toggle("near", rest >= 0 && rest < 100);
    left.classList.toggle("over", rest < 0);
    text.setCustomValidity(rest < 0 ? words(rest) : "");
    clearTimeout(timer);
    if (rest < 100) timer = setTimeout(() => { said.textContent = words(rest); }, 700);
  };
  text.addEventListener("input", count);
  text.addEventListener("focus", () => { const poll = setInterval(count, 1000); text.addEventListener("blur", () => clearInterval(poll), { once: true }); });
  const form = text.form;
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
  addEventListener("pageshow", () => { form.querySelector("button").disabled = false; count(); });
})();
