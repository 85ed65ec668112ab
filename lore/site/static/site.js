// The search, the reader's choices, bars and marks. All there is to read can be read without it.
(function () {
  "use strict";
  var choices = window.loreChoices;
  var script = document.currentScript;
  var assets = script.src.slice(0, script.src.lastIndexOf("/") + 1);
  var root = new URL("../", assets).href;

  function all(selector, within) {
    return Array.from((within || document).querySelectorAll(selector));
  }

  // ---- Tiers: what is left out is hidden by the styles; here is what depends on how much is left.

  function isOff(element, within) {
    for (var one = element; one && one !== within; one = one.parentElement) {
      if (one.dataset.tier && choices.tier(one.dataset.tier) === "off") return true;
    }
    return false;
  }

  function obeyTiers() {
    all("[data-needs]").forEach(function (group) {
      var needed = Number(group.dataset.needs);
      var parts = all(needed > 1 ? "[data-counts]" : "[data-tier]", group);
      var left = parts.filter(function (part) { return !isOff(part, group); });
      group.hidden = left.length < needed;
    });
    // A picture cannot leave out a part of what it shows.
    all("[data-tiers]").forEach(function (picture) {
      picture.hidden = picture.dataset.tiers.split(" ").some(choices.tier);
    });
    all(".way div").forEach(function (way) {
      var next = all("a", way).find(function (link) { return !isOff(link, way); });
      all("a", way).forEach(function (link) { link.classList.toggle("next", link === next); });
    });
    all(".bar").forEach(function (bar) {
      var holder = bar.closest("[data-tier]");
      var covered = holder && choices.tier(holder.dataset.tier) === "barred"
        && bar.parentElement === holder && !bar.classList.contains("shown");
      cover(bar, holder, covered);
    });
  }

  // A bar is a button that says what is behind it; a name behind one says what it is the name of.
  function cover(bar, holder, covered) {
    var link = bar.closest("a");
    var control = link || bar;
    if (covered) {
      control.setAttribute("aria-label", "Behind a bar: " + (link && link.dataset.is || labelOf(holder.dataset.tier)));
      if (!link) { bar.tabIndex = 0; bar.setAttribute("role", "button"); }
    } else if (bar.dataset.covered) {
      control.removeAttribute("aria-label");
      if (!link) { bar.removeAttribute("tabindex"); bar.removeAttribute("role"); }
    }
    if (covered) bar.dataset.covered = "yes"; else delete bar.dataset.covered;
  }

  function labelOf(tier) {
    var select = all("[data-chooses]").find(function (one) { return one.dataset.chooses === tier; });
    return select ? select.getAttribute("aria-label") : tier;
  }

  function uncover(event) {
    var target = event.target.closest("a, .bar");
    var bar = target && (target.matches(".bar") ? target : target.querySelector(".bar"));
    if (!bar || !bar.dataset.covered) return;
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    bar.classList.add("shown");
    obeyTiers();
  }
  document.addEventListener("click", uncover);
  document.addEventListener("keydown", uncover);

  all("[data-chooses]").forEach(function (select) {
    select.value = choices.tier(select.dataset.chooses);
    select.addEventListener("change", function () {
      choices.setTier(select.dataset.chooses, select.value);
      obeyTiers();
      look();
    });
  });
  all("[data-shows-again]").forEach(function (button) {
    button.addEventListener("click", function () {
      choices.setTier(button.dataset.showsAgain, "");
      all("[data-chooses]").forEach(function (one) { one.value = choices.tier(one.dataset.chooses); });
      obeyTiers();
      document.getElementById("content").focus();
    });
  });
  all("input[name=theme]").forEach(function (radio) {
    radio.checked = radio.value === choices.theme();
    radio.addEventListener("change", function () { choices.setTheme(radio.value); });
  });
  obeyTiers();

  // ---- Marks: Escape takes away the words that are shown beside one.

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    all(".mark").forEach(function (mark) { mark.classList.add("quiet"); });
    all("details.choices[open]").forEach(function (panel) {
      panel.open = false;
      panel.querySelector("summary").focus();
    });
  });
  ["mouseout", "focusout"].forEach(function (left) {
    document.addEventListener(left, function () {
      all(".mark.quiet").forEach(function (mark) { mark.classList.remove("quiet"); });
    });
  });
  document.addEventListener("click", function (event) {
    all("details.choices[open]").forEach(function (panel) {
      if (!panel.contains(event.target)) panel.open = false;
    });
  });

  // What an address points to is seen, wherever it is folded away.
  function unfold() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var one = target; one; one = one.parentElement) {
      if (one.tagName === "DETAILS") one.open = true;
    }
    if (target) target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  // ---- Search: names first, then texts; loaded once somebody means to search.

  var MOST = 20;
  var ENOUGH = 5;
  var input = document.getElementById("search");
  var results = document.getElementById("results");
  var found = document.getElementById("found");
  var names, passages, loading;
  var byLetters = new Map();

  // Scripts without blanks between words are found letter by letter.
  var UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/u;
  var PARTS = /[\p{L}\p{M}\p{N}]+/gu;
  function words(text) {
    var parts = text.normalize("NFKD").toLowerCase().replace(/(\p{Script=Latin})\p{Mn}+/gu, "$1").match(PARTS) || [];
    return parts.flatMap(function (part) { return UNSPACED.test(part) ? Array.from(part) : [part]; });
  }

  function fetched(name) {
    return new Promise(function (done, failed) {
      var one = document.createElement("script");
      one.src = assets + name;
      one.onload = done;
      one.onerror = failed;
      document.head.append(one);
    });
  }

  // Letters that changed places are two mistakes to the index, so it is asked for the word that has
  // the same ones.
  function sorted(word) { return Array.from(word).sort().join(""); }
  function untangled(word) {
    var same = byLetters.get(sorted(word));
    return !same || same.has(word) ? word : same.values().next().value;
  }

  function index(rows) {
    rows.forEach(function (row) {
      words(row[2]).forEach(function (word) {
        var letters = sorted(word);
        byLetters.set(letters, (byLetters.get(letters) || new Set()).add(word));
      });
    });
    var made = new window.MiniSearch({
      fields: ["text"],
      tokenize: words,
      processTerm: function (term) { return term; },
      searchOptions: {
        processTerm: untangled,
        prefix: function (term, at, terms) { return at === terms.length - 1; },
        fuzzy: function (term) { return term.length > 3 ? 0.25 : false; },
        weights: { fuzzy: 0.3, prefix: 0.6 }
      }
    });
    made.addAll(rows.map(function (row, id) { return { id: id, text: row[2] }; }));
    return made;
  }

  function load() {
    loading = loading || Promise.all([fetched("minisearch.js"), fetched("search-data.js")]).then(function () {
      names = index(window.LORE.names);
      passages = index(window.LORE.passages);
    });
    return loading;
  }

  // The best hit of each page, names before texts; of tiers that are left out nothing. Words with one
  // mistake, then with two, are sought where those that are spelt as typed find little.
  function hits(typed) {
    var best = new Map();
    function add(made, rows, isName, how, mistakes) {
      made.search(typed, { combineWith: how, maxFuzzy: mistakes }).forEach(function (hit) {
        var row = rows[hit.id];
        var page = window.LORE.pages[row[0]];
        if (choices.tier(row[1]) === "off" || choices.tier(page[3]) === "off") return;
        if (!best.has(row[0])) best.set(row[0], { page: page, row: row, isName: isName, terms: Object.keys(hit.match) });
      });
    }
    [0, 1, 2].forEach(function (mistakes) {
      if (best.size >= ENOUGH) return;
      add(names, window.LORE.names, true, "AND", mistakes);
      add(passages, window.LORE.passages, false, "AND", mistakes);
    });
    if (best.size === 0) add(passages, window.LORE.passages, false, "OR", 2);
    return Array.from(best.values());
  }

  function marked(text, terms) {
    var line = document.createElement("span");
    var sought = new Set(terms);
    var at = 0;
    Array.from(text.matchAll(PARTS)).forEach(function (part) {
      if (!words(part[0]).some(function (word) { return sought.has(word); })) return;
      var mark = document.createElement("mark");
      mark.textContent = part[0];
      line.append(text.slice(at, part.index), mark);
      at = part.index + part[0].length;
    });
    line.append(text.slice(at));
    return line;
  }

  function shown(hit) {
    var page = hit.page;
    var item = document.createElement("li");
    var link = document.createElement("a");
    var what = document.createElement("span");
    link.href = root + page[0];
    what.className = "small";
    what.textContent = page[2] + " · " + labelOf(page[3]);
    item.dataset.tier = page[3];
    if (choices.tier(page[3]) === "barred") {
      link.textContent = what.textContent + ", behind bars";
      item.append(link);
      return item;
    }
    link.textContent = page[1];
    item.append(link, what);
    var isOther = hit.isName && hit.row[2] !== page[1];
    var tier = hit.isName ? page[4][1] : hit.row[1];
    if (isOther && !choices.tier(hit.row[1])) what.textContent += " · also " + hit.row[2];
    if (!choices.tier(tier)) {
      var about = hit.isName ? marked(page[4][0], []) : marked(hit.row[2], hit.terms);
      about.className = "about";
      if (tier !== page[3]) about.append(" (" + labelOf(tier) + ")");
      item.append(about);
    }
    return item;
  }

  function look() {
    var typed = input.value.trim();
    if (!typed || !names) { close(); return; }
    var list = document.createElement("ol");
    var every = hits(typed);
    every.slice(0, MOST).forEach(function (hit) { list.append(shown(hit)); });
    var told = every.length === 0 ? "Nothing found for “" + typed + "”"
      : every.length === 1 ? "1 page found" : every.length + " pages found";
    if (every.length > MOST) told += ", the best " + MOST + " shown";
    found.textContent = told;
    var line = document.createElement("p");
    line.className = "small";
    line.textContent = told;
    line.setAttribute("aria-hidden", "true");
    results.replaceChildren(line, list);
    results.hidden = false;
  }

  function close() {
    results.hidden = true;
    found.textContent = "";
  }

  function failed() {
    found.textContent = "The search could not be loaded.";
  }

  input.addEventListener("focus", function () { load().catch(failed); });
  input.addEventListener("input", function () { load().then(look).catch(failed); });
  document.addEventListener("click", function (event) {
    if (!event.target.closest(".search")) close();
  });
  document.addEventListener("keydown", function (event) {
    var isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
  document.querySelector(".search").addEventListener("keydown", function (event) {
    var links = all("a", results);
    var here = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      close();
      input.focus();
    } else if (!results.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      var next = here + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? input : links[Math.min(next, links.length - 1)] || input).focus();
    } else if (event.key === "Enter" && event.target === input && links.length && !results.hidden) {
      location.href = links[0].href;
    }
  });
})();
