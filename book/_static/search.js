// 책에서 찾는 화면입니다. 글(search-pages.js)과 찾는 일(search-find.js)은 처음 열 때 한 번만 받습니다.
// 둘 다 스크립트라서 서버가 없어도(file://) 됩니다.
(() => {
  const root = new URL("..", document.currentScript.src);
  const SHOWN = 3; // 쪽마다 먼저 보이는 자리의 수

  const script = (name) =>
    new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = new URL(`_static/${name}`, root).href;
      tag.onload = resolve;
      tag.onerror = reject;
      document.head.append(tag);
    });

  let waiting;
  const load = async () => {
    waiting ??= Promise.all(["search-find.js", "search-pages.js"].map(script)).then(() => window.bookFind(window.bookText));
    try {
      return await waiting;
    } catch (problem) {
      waiting = undefined; // 다시 열면 다시 받습니다.
      throw problem;
    }
  };

  // ── 결과 ─────────────────────────────────────────────────────────────────
  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  const marked = (text, find) => {
    const pieces = [];
    let end = 0;
    for (const { 0: hit, index } of text.matchAll(find)) {
      pieces.push(text.slice(end, index), element("mark", "", hit));
      end = index + hit.length;
    }
    return [...pieces, text.slice(end)];
  };

  // 찾은 곳의 앞뒤를 낱말의 경계에서 자릅니다.
  const around = (text, hit, find) => {
    let start = Math.max(0, hit - 40);
    if (start) start = Math.min(hit, text.indexOf(" ", start) + 1 || hit);
    let end = Math.min(text.length, hit + 90);
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), hit + 20);
    const pieces = marked(text.slice(start, end), find);
    return [start ? "… " : "", ...pieces, end < text.length ? " …" : ""];
  };

  const excerpt = ({ place, at, find }) => {
    const line = at === undefined && place.code.split("\n").find((row) => row.search(find) >= 0);
    if (line) return element("code", "search-code", ...around(line, line.search(find), find));
    return element("span", "search-excerpt", ...around(place.text, at ?? 0, find));
  };

  // 절의 처음이 아니라 찾은 말로 곧장 갑니다. 모르는 브라우저와 맞는 글이 없을 때는 절의 처음으로 갑니다.
  const address = ({ place, at, size }) => {
    let hash = place.anchor;
    if (at !== undefined && "fragmentDirective" in document) {
      const start = place.text.lastIndexOf(" ", at) + 1;
      const before = place.text.slice(0, start).trim().split(" ").slice(-3);
      const after = place.text.slice(start).split(" ", size + 3);
      const [left, middle, right] = [before, after.splice(0, size), after]
        .map((words) => encodeURIComponent(words.join(" ")).replaceAll("-", "%2D"));
      hash += `:~:text=${left && `${left}-,`}${middle}${right && `,-${right}`}`;
    }
    const { href } = new URL(place.path, root);
    return hash ? `${href}#${hash}` : href;
  };

  const showPlace = (hit) => {
    const { place, find } = hit;
    const title = place.anchor ? place.title : "쪽의 처음";
    const link = element("a", "search-hit", element("span", "search-title", ...marked(title, find)));
    if (place.kind) link.firstChild.append(" ", element("span", "search-kind", "정의"));
    link.append(" ", excerpt(hit));
    link.href = address(hit);
    return element("li", "", link);
  };

  const showPage = (hits) => {
    const list = element("ul", "", ...hits.slice(0, SHOWN).map(showPlace));
    const page = element("li", "search-page", element("p", "search-where", ...marked(hits[0].place.page, hits[0].find)), list);
    if (hits.length > SHOWN) {
      const more = element("button", "search-more", `이 쪽에서 ${hits.length - SHOWN}곳 더`);
      more.type = "button";
      more.addEventListener("click", (event) => {
        event.stopPropagation(); // 테마는 자판으로 누른 것(좌표가 0)을 상자 밖을 누른 것으로 알고 닫습니다.
        const rest = hits.slice(SHOWN).map(showPlace);
        list.append(...rest);
        more.remove();
        rest[0].firstChild.focus();
      });
      page.append(more);
    }
    return page;
  };

  const show = (answer, results, status) => {
    if (!answer) {
      results.replaceChildren();
      status.textContent = "조사는 떼지 않아도 되고, 낱말의 일부나 코드의 이름을 적어도 됩니다.";
      return;
    }
    const { exact, related } = answer;
    const places = exact.reduce((sum, hits) => sum + hits.length, 0);
    status.textContent = places ? `${exact.length}쪽의 ${places}곳에서 찾았습니다.` : "그대로 적힌 곳은 없습니다.";
    const parts = [element("ul", "search-pages", ...exact.map(showPage))];
    for (const { name, pages } of related) {
      const heading = element("p", "search-related", "같은 뜻의 말 ", element("b", "", name));
      parts.push(heading, element("ul", "search-pages", ...pages.map(showPage)));
    }
    if (!places && related.length) status.textContent += " 같은 뜻의 말로 찾았습니다.";
    results.replaceChildren(...parts);
    results.scrollTop = 0;
  };

  // ── 화면에 붙이기 ────────────────────────────────────────────────────────
  const attach = (box, form) => {
    const input = form.querySelector("input");
    const status = element("p", "search-status");
    const results = box.querySelector("#search-results") ?? element("div");
    results.className = "search-results";
    status.setAttribute("role", "status");
    form.setAttribute("role", "search");
    form.after(status, results);

    const update = async (event) => {
      let ask;
      try {
        ask = await load();
      } catch {
        status.textContent = "책의 글을 받지 못했습니다. 연결을 확인하고 다시 여십시오.";
        return;
      }
      let answer = ask(input.value);
      if (event?.isComposing && answer && !answer.exact.length) {
        // 조합 중인 글자("순호")는 아직 낱말("순환")이 아니므로 빼고 찾습니다. 남는 것이 없으면 기다립니다.
        answer = ask(input.value.slice(0, -1));
        if (!answer) return;
      }
      show(answer, results, status);
    };
    input.addEventListener("input", update);

    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // 한글을 조합하는 Enter와 화살표는 입력기의 것입니다.
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        const stops = [input, ...results.querySelectorAll("a, button")];
        const next = stops[stops.indexOf(document.activeElement) + step];
        if (!next) return;
        event.preventDefault();
        next.focus();
        next.scrollIntoView({ block: "nearest" });
      }
    });
    return { input, results, update };
  };

  const start = () => {
    const dialog = document.getElementById("pst-search-dialog");
    const form = dialog.querySelector("form");
    const inDialog = attach(dialog, form);
    dialog.setAttribute("aria-label", "책에서 찾기");
    const close = element("button", "search-close btn", "닫기");
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    form.append(close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      inDialog.results.querySelector("a")?.click();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target.closest("a")) dialog.close(); // 같은 쪽의 다른 절일 수 있습니다.
    });
    // 열리는 길이 셋(단추, Ctrl+K, /)이므로 열린 것을 보고 글을 받습니다.
    new MutationObserver(() => {
      if (!dialog.open) return;
      inDialog.input.select();
      inDialog.update();
    }).observe(dialog, { attributeFilter: ["open"] });

    const page = document.querySelector(".bd-search-container");
    if (page) {
      const { input, update } = attach(page, page.querySelector("form"));
      input.value = new URLSearchParams(location.search).get("q") ?? "";
      update();
    }

    const open = () => {
      const input = page?.querySelector("input");
      if (input) input.select();
      else if (!dialog.open) dialog.showModal();
      else dialog.close();
    };
    // 테마는 한글 자판의 Ctrl+K(ㅏ)를 모르고, Sphinx의 /는 닫힌 상자에 초점을 둡니다. 먼저 받아 대신합니다.
    window.addEventListener(
      "keydown",
      (event) => {
        const { ctrlKey, metaKey, altKey, shiftKey, code, key, target } = event;
        const typing = target.closest?.("input, textarea, select, [contenteditable]");
        const slash = key === "/" && !typing && !ctrlKey && !metaKey && !altKey;
        if (!slash && !(code === "KeyK" && (ctrlKey || metaKey) && !altKey && !shiftKey)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        open();
      },
      true,
    );
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
