// Obeys what the reader chose before the page is painted: colours, and which tiers are told.
(function () {
  "use strict";
  var page = document.documentElement;
  page.classList.replace("no-script", "script");

  // A browser may refuse to keep anything, for a file above all.
  function kept(name) {
    try { return localStorage.getItem("lore-" + name) || ""; } catch (refused) { return ""; }
  }
  function keep(name, value) {
    try { localStorage.setItem("lore-" + name, value); } catch (refused) { /* Until the next page. */ }
  }

  window.loreChoices = {
    theme: function () { return page.dataset.theme || ""; },
    setTheme: function (theme) {
      if (theme) page.dataset.theme = theme; else delete page.dataset.theme;
      keep("theme", theme);
    },
    // "" where a tier is shown, else "barred" or "off".
    tier: function (tier) {
      return ["barred", "off"].find(function (how) {
        return (page.dataset[how] || "").split(" ").includes(tier);
      }) || "";
    },
    setTier: function (tier, chosen) {
      ["barred", "off"].forEach(function (how) {
        var others = (page.dataset[how] || "").split(" ").filter(function (one) {
          return one && one !== tier;
        });
        page.dataset[how] = (how === chosen ? others.concat(tier) : others).join(" ");
        keep(how, page.dataset[how]);
      });
    }
  };

  window.loreChoices.setTheme(kept("theme"));
  page.dataset.barred = kept("barred");
  page.dataset.off = kept("off");
})();
