// 뜻을 상자로 보여 줍니다. 마우스를 올리거나 키보드로 옮겨 가면 나타나고 Esc로 닫습니다.
// 용어집에서는 두 언어로 말을 찾는 칸을 만듭니다.
(() => {
  const box = document.createElement("div");
  box.className = "tip-box";
  box.id = "tip-box";
  box.setAttribute("role", "tooltip");
  box.hidden = true;

  const show = (target) => {
    box.textContent = target.dataset.tip;
    box.hidden = false;
    const { left, top, bottom } = target.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 12;
    const above = top > box.offsetHeight + 12;
    box.style.left = `${Math.max(12, Math.min(left, room)) + scrollX}px`;
    box.style.top = `${(above ? top - box.offsetHeight - 8 : bottom + 8) + scrollY}px`;
  };
  const hide = () => {
    box.hidden = true;
  };

  const prepare = () => {
    document.body.append(box);
    for (const target of document.querySelectorAll(".bd-article .tip[title], .bd-article .tip [title]")) {
      target.dataset.tip = target.title; // title을 두면 브라우저의 상자가 겹쳐 나옵니다.
      target.setAttribute("aria-description", target.title);
      target.removeAttribute("title");
      target.addEventListener("pointerenter", () => show(target));
      target.addEventListener("pointerleave", hide);
      target.addEventListener("focus", () => show(target));
      target.addEventListener("blur", hide);
    }
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
    });
    document.querySelectorAll(".terms dl.glossary").forEach(addFilter);
  };

  const addFilter = (list) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("span");
    label.className = "term-filter";
    count.setAttribute("role", "status");
    input.type = "search";
    input.placeholder = "은닉 상태, hidden …";
    label.append("말 찾기 ", input, count);
    list.before(label);
    // 말 하나는 <dt>가 하나나 둘(한국어, 영어), 그 뒤에 <dd>가 하나입니다.
    const entries = [];
    for (const child of list.children) {
      if (child.tagName === "DT" && entries.at(-1)?.at(-1).tagName !== "DT") entries.push([]);
      entries.at(-1).push(child);
    }
    const plain = (text) => text.toLowerCase().replace(/\s/g, "");
    input.addEventListener("input", () => {
      const wanted = plain(input.value);
      let shown = 0;
      for (const entry of entries) {
        const matches = entry.some((part) => plain(part.textContent).includes(wanted));
        for (const part of entry) part.hidden = !matches;
        shown += matches;
      }
      count.textContent = wanted ? ` ${shown}개` : "";
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", prepare);
  else prepare();
})();
