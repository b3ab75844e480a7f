// 책의 글에서 찾아 차례를 매깁니다. 화면은 모릅니다. search.js가 처음 열 때 글(search-pages.js)과 함께 받습니다.
// 낱말로 나누지 않고 훑으므로 조사와 어미가 무엇이든 찾습니다.
(() => {
  const plain = (text) => text.toLowerCase().replace(/\s+/g, "");

  // ── 찾는 말 ──────────────────────────────────────────────────────────────
  const AFTER_CONSONANT = "이라는|이라고|으로는|으로도|으로|이란|이나|은|이|을|과".split("|");
  const AFTER_VOWEL = "라는|라고|란|는|가|를|와|나".split("|");
  const ANYWHERE = "에서는|에서도|에서의|에서|에게|에는|에도|입니다|까지|부터|마다|처럼|보다|하고|로|도|만|의|에".split("|");
  const PARTICLE = new RegExp(`^(.+?)(${[...AFTER_CONSONANT, ...AFTER_VOWEL, ...ANYWHERE].join("|")})$`);
  // 한 글자 낱말(층, 셀)에서는 낱말의 끝일 리 없는 조사만 뗍니다. "길이"는 "길"이 아닙니다.
  const SURE = new Set(["을", "를", "에서", "으로", "까지", "부터", "마다", "처럼"]);

  const hasFinal = (letter) => (letter.charCodeAt(0) - 0xac00) % 28 > 0;
  const escape = (text) => text.replace(/[\\^$.*+?()[\]{}|\/-]/g, "\\$&");

  const withoutParticle = (word) => {
    const [, stem, particle] = word.match(PARTICLE) ?? [];
    if (!stem) return word;
    const last = stem.at(-1);
    if (/[가-힣]/.test(last)) {
      if (hasFinal(last) ? AFTER_VOWEL.includes(particle) : AFTER_CONSONANT.includes(particle)) return word;
      if (stem.length === 1 && !SURE.has(particle)) return word;
    }
    return stem;
  };

  // 빈칸은 찾는 말에도 글에도 있어도 되고 없어도 됩니다. 다만 적지 않은 빈칸을 건너뛰려면 낱말의 처음이어야
  // 합니다. 그래야 "수가"가 "함수 가중치"에서 나오지 않습니다.
  const pattern = (words) => {
    const spaced = words.map(escape).join("\\s*");
    const loose = words
      .map((word) => word.replace(/(?<=[가-힣])(?=[\w가-힣])|(?<=\w)(?=[가-힣])/g, " "))
      .map((word) => escape(word).replaceAll(" ", "\\s?"))
      .join("\\s*");
    let source = loose === spaced ? spaced : `${spaced}|(?<![가-힣])${loose}`;
    const [first] = words;
    if (/^\w$/.test(words.join(""))) source = `(?<!\\w)${source}(?!\\w)`; // H 하나는 H만
    // h_n이 batch_norm에서 나오지 않게 합니다. rnn은 BiRNN에서도 나와야 합니다.
    else if (/^\w/.test(first) && !/^[a-z]{3,}$/i.test(first)) source = `(?<![A-Za-z0-9])(?:${source})`;
    return new RegExp(source, "gi");
  };

  // 용어표의 한국어, 영어, 쓰지 않는 말은 서로 같은 뜻입니다.
  const sameMeaning = (words, terms) => {
    const asked = words.join(" ").toLowerCase();
    const found = new Set();
    for (const [korean, english, ...avoided] of terms) {
      const names = english.toLowerCase().split(/\s*[()]\s*/).filter(Boolean);
      if (plain(korean) === plain(asked)) found.add(names[0]);
      else if (names.some((name) => name === asked || name.startsWith(`${asked} `))) found.add(korean);
      else if (avoided.some((name) => plain(name) === plain(asked))) found.add(korean);
    }
    return [...found].slice(0, 4);
  };

  // ── 찾기 ─────────────────────────────────────────────────────────────────
  // 제목, 정의, 글, 코드의 차례입니다. 용어 바로 뒤의 괄호, 곧 은닉 상태(hidden state)는 말을 처음 소개하는 곳입니다.
  const grade = (place, find) => {
    const bare = place.title.replace(/^\d+장 /, "");
    const inTitle = [...bare.matchAll(find)];
    let score = 0;
    let at;
    let size; // 글에서 찾은 말의 낱말 수
    for (const { 0: hit, index } of inTitle) {
      const names = bare.split(" · ");
      const whole = names.includes(hit) || bare.endsWith(`.${hit}`);
      score = Math.max(score, 60 + 30 * whole + 10 * !place.anchor + 5 * !index);
    }
    if (score && place.kind) score += 20;
    let hits = inTitle.length;
    for (const { 0: hit, index } of place.text.matchAll(find)) {
      hits += 1;
      const after = place.text[index + hit.length];
      const defined = after === "(" || (place.text[index - 1] === "(" && after === ")");
      if (at === undefined || (defined && score < 45)) {
        at = index;
        size = hit.split(" ").length;
      }
      score = Math.max(score, defined ? 45 : 20);
    }
    const inCode = [...place.code.matchAll(find)].length;
    if (inCode) score = Math.max(score, 10 + (place.kind ? 20 : 0));
    hits += inCode;
    return hits && { place, score: score + Math.min(hits, 9), at, size, find };
  };

  const searchFor = (words, places) => {
    const phrase = pattern(words);
    const flat = plain(words.join("")); // 정규식은 느리므로 글에 있는지부터 봅니다.
    const parts = words.map((word) => pattern([word]));
    const all = words.length > 1 && new RegExp(parts.map((part) => part.source).join("|"), "gi");
    const found = [];
    for (const place of places) {
      let hit = place.flat.includes(flat) ? grade(place, phrase) : 0;
      if (!hit && all && words.some((word) => place.flat.includes(plain(word)))) {
        const whole = `${place.page}\n${place.title}\n${place.text}\n${place.code}`;
        if (parts.every((part) => whole.search(part) >= 0)) {
          hit = grade(place, all);
          if (hit) hit.score /= 10; // 떨어져 있는 것은 언제나 뒤입니다.
        }
      }
      if (hit) found.push(hit);
    }
    return found.sort((a, b) => b.score - a.score || a.place.order - b.place.order);
  };

  const byPage = (found) => {
    const pages = new Map();
    for (const hit of found) {
      const { path } = hit.place;
      if (!pages.has(path)) pages.set(path, []);
      pages.get(path).push(hit);
    }
    return [...pages.values()];
  };

  const unpack = ({ pages, terms }) => {
    const places = pages.flatMap(([path, rows], order) =>
      rows.map(([anchor, title, text = "", code = "", kind = 0]) => {
        const flat = plain(`${title}\n${text}\n${code}`);
        return { order, path, anchor, title, text, code, kind, flat, page: rows[0][1] };
      }),
    );
    return { places, terms };
  };

  // 쪽마다 묶은 결과입니다. 찾을 말이 없으면 undefined입니다.
  const ask = (query, { places, terms }) => {
    const typed = query.normalize("NFC").replace(/[ㄱ-ㅎㅏ-ㅣ]+$/, "").trim().split(/\s+/).filter(Boolean);
    if (!typed.length) return undefined;
    const words = typed.map(withoutParticle);
    const exact = byPage(searchFor(words, places));
    const seen = new Set(exact.map(([{ place }]) => place.path));
    const related = sameMeaning(words, terms)
      .map((name) => {
        const pages = byPage(searchFor(name.split(" "), places)).filter(([{ place }]) => !seen.has(place.path));
        for (const [{ place }] of pages) seen.add(place.path);
        return { name, pages };
      })
      .filter(({ pages }) => pages.length);
    return { exact, related };
  };

  window.bookFind = (book) => {
    const unpacked = unpack(book);
    return (query) => ask(query, unpacked);
  };
})();
