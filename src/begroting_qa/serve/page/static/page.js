// What the page can do beside its forms. Without this script, and without htmx, the same forms post and links lead on.
"use strict";

(() => {
  const main = document.getElementById("inhoud");
  const form = document.getElementById("vraagformulier");
  document.documentElement.classList.add("scripted-page");
  if (!form) return;

  const find = (selector, inside = main) => inside.querySelector(selector);
  const field = () => find("#vraag");

  // one sentence for a screen reader, outside what is replaced
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  document.body.append(status);
  const say = (text) => { status.textContent = text; };

  // --- asking -----------------------------------------------------------------------------------------------------------

  let asking = null;
  let asked = "";

  // before htmx hears of it: a question that is on its way is not asked twice, another one takes its place
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-asks]")) return;
    const words = new URLSearchParams(new FormData(event.target, event.submitter)).toString();
    if (asking && words === asked) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    asked = words;
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return closeSource();
    const isAsked = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("[data-asks] textarea");
    if (!isAsked) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  document.addEventListener("htmx:before:request", (event) => {
    if (!event.target.matches("[data-asks]")) return;
    asking = event.detail.ctx;
    if (!find(".result")) keepShown();
    say("");
    progress(find("#bezig").content.cloneNode(true));
    find("#voortgang").scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("htmx:after:swap", () => {
    if (find("#uitkomst[data-new]")) arrive();
    else find("[data-thanks]")?.focus();
  });

  document.addEventListener("htmx:response:error", (event) => {
    const page = new DOMParser().parseFromString(event.detail.ctx.text, "text/html");
    const detail = page.querySelector("main p")?.textContent;
    if (event.target.matches("[data-judges]")) warn(event.target, detail);
    else if (event.detail.ctx === asking) fail(detail);
  });

  document.addEventListener("htmx:error", (event) => {
    if (event.target.matches("[data-judges]")) warn(event.target);
  });

  // a request that ends while it is still the one that is waited for brought no answer; one that was replaced is not
  document.addEventListener("htmx:finally:request", (event) => {
    if (event.detail.ctx === asking) fail();
  });

  function progress(content) {
    find("#voortgang").replaceChildren(content);
  }

  // the whole page's content is there: one announcement, and the reader is where the answer begins
  function arrive() {
    const outcome = find("#uitkomst");
    asking = null;
    outcome.removeAttribute("data-new");
    find("#resultaat").focus({ preventScroll: true });
    find("#resultaat").closest("section, div").scrollIntoView();
    say(outcome.dataset.announce);
    addToHistory();
  }

  // the answer did not come: what was asked is still in the field that it was asked from
  function fail(detail) {
    const source = find("textarea[name=question]", asking.sourceElement) ?? field();
    asking = null;
    if (!find("#voortgang .fault")) progress(find("#storing").content.cloneNode(true));
    const fault = find("#voortgang .fault");
    if (detail) find("[data-detail]", fault).textContent = detail;
    find("a", fault).setAttribute("href", `#${source.id}`);
    fault.focus();
  }

  function warn(judging, detail) {
    const fault = find("#storing").content.cloneNode(true).firstElementChild;
    find("h2", fault).textContent = "Uw oordeel is niet bewaard";
    if (detail) find("[data-detail]", fault).textContent = detail;
    judging.parentElement.querySelector(".fault")?.remove();
    find("a", fault).parentElement.remove();
    judging.after(fault);
  }

  // --- sources beside the answer ----------------------------------------------------------------------------------------

  let opener = null;

  function openSource(link) {
    const source = find(link.getAttribute("href"));
    const marker = find(".number", source).textContent;
    const panel = document.createElement("div");
    panel.className = "source-panel";
    panel.tabIndex = -1;
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", `Bron ${marker}`);
    panel.append(...[...source.lastElementChild.children].map((part) => part.cloneNode(true)));
    const close = document.createElement("button");
    close.type = "button";
    close.className = "utrecht-button utrecht-button--secondary-action quiet";
    close.dataset.closeSource = "";
    close.textContent = "Sluit bron";
    panel.append(close);
    const sentence = link.closest("p, li");
    if (sentence.tagName === "LI") sentence.append(panel);
    else sentence.after(panel);
    link.setAttribute("aria-expanded", "true");
    opener = link;
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  function closeSource() {
    if (!opener) return;
    find(".source-panel")?.remove();
    opener.removeAttribute("aria-expanded");
    opener.focus();
    opener = null;
  }

  // --- copying and sharing ----------------------------------------------------------------------------------------------

  const plain = (element) => element.textContent.replace(/\s+/g, " ").trim();

  function withMarkers(claim) {
    const copy = claim.cloneNode(true);
    copy.querySelectorAll(".source-panel").forEach((panel) => panel.remove());
    copy.querySelectorAll(".verwijzing").forEach((raised) => raised.prepend(" "));
    copy.querySelectorAll(".verwijzing a").forEach((link) => { link.textContent = `[${link.textContent}]`; });
    return plain(copy);
  }

  function answerText() {
    const claims = [...main.querySelectorAll(".result .text > p, .result .text > ul > li, .calculation > li")];
    const sources = [...main.querySelectorAll(".sources > ol > li")].map((source) => {
      const place = [...source.querySelectorAll(".path > span:not(.unseen, .arrow)")].map(plain).join(" › ");
      const address = new URL(find(".look a", source).getAttribute("href"), location.href);
      const title = plain(find("h3", source)).replace(/^Bron \d+: /, "");
      return `[${plain(find(".number", source))}] ${title}${place ? ` – ${place}` : ""}: “${plain(find("mark", source))}” ${address}`;
    });
    return [
      plain(find(".asked")).replace(/^Op de vraag: /, ""),
      claims.map((claim) => (claim.tagName === "LI" ? `- ${withMarkers(claim)}` : withMarkers(claim))).join("\n"),
      ["Bronnen", ...sources].join("\n"),
      plain(find(".check")).split(". ")[0] + ".",
    ].join("\n\n");
  }

  const boxes = () => [...main.querySelectorAll("#vraagformulier input[type=checkbox]")];

  // what stands behind # never leaves the browser
  function link() {
    const inFull = find("#vraagformulier [name=earlier]") && find("[data-fill]")?.dataset.fill;
    const words = new URLSearchParams({ vraag: inFull || field().defaultValue.trim() });
    for (const box of boxes()) if (box.defaultChecked) words.append(box.name, box.value);
    return `${location.origin}${location.pathname}#${words}`;
  }

  async function copy(text, name) {
    main.querySelectorAll("[data-done], [data-by-hand]").forEach((note) => { note.hidden = true; });
    try {
      await navigator.clipboard.writeText(text);
      const note = find(`[data-done="${name}"]`);
      note.hidden = false;
      say(plain(note));
    } catch {
      // a browser gives the clipboard to secure addresses only
      const byHand = find("[data-by-hand]");
      byHand.hidden = false;
      const area = find("textarea", byHand);
      area.value = text;
      area.focus();
      area.select();
    }
  }

  // --- what is pressed --------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("a, button");
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (pressed.matches(".verwijzing a")) {
      event.preventDefault();
      const isOpen = pressed === opener;
      closeSource();
      if (!isOpen) openSource(pressed);
    } else if (pressed.matches("[data-close-source]")) closeSource();
    else if (pressed.matches("[data-fill]")) {
      event.preventDefault();
      fill(pressed.dataset.fill);
    } else if (pressed.matches("[data-copy-answer]")) copy(answerText(), "antwoord");
    else if (pressed.matches("[data-copy-griffie]")) copy(plain(find("#griffievraag")), "griffie");
    else if (pressed.matches("[data-make-link]")) copy(link(), "link");
    else if (pressed.matches("[data-print]")) print();
  });

  function fill(question) {
    field().value = question;
    field().focus();
    field().setSelectionRange(question.length, question.length);
  }

  // --- a link with a question, and going back ---------------------------------------------------------------------------

  // Opening a link never asks by itself: it may come from anyone, and the reader sees first what would be asked.
  function readFragment() {
    const words = new URLSearchParams(location.hash.slice(1));
    const question = words.get("vraag")?.trim();
    if (!question) return false;
    for (const box of boxes()) box.checked = words.getAll(box.name).includes(box.value);
    find(".filters").open = boxes().some((box) => box.checked);
    fill(question.slice(0, field().maxLength));
    return true;
  }

  // what stood here stays in this tab alone, until it is closed, so that going back shows it without asking anew
  let shown = history.state?.shown ?? null;
  const questions = () => [...main.querySelectorAll("textarea[name=question]")];

  function keepShown() {
    try {
      // a field that was made larger carries a style of its own, which our policy refuses when it comes back
      const kept = main.cloneNode(true);
      kept.querySelectorAll("[style]").forEach((one) => one.removeAttribute("style"));
      const typed = questions().map((one) => one.value);
      const chosen = boxes().map((box) => box.checked);
      sessionStorage.setItem(shown, JSON.stringify({ html: kept.innerHTML, title: document.title, typed, chosen }));
    } catch {
      sessionStorage.clear();
    }
  }

  function show(entry) {
    shown = entry;
    const kept = sessionStorage.getItem(entry);
    if (!kept) return;
    const { html, title, typed, chosen } = JSON.parse(kept);
    main.innerHTML = html;
    questions().forEach((one, number) => { one.value = typed[number]; });
    boxes().forEach((box, number) => { box.checked = chosen[number]; });
    find("#voortgang").replaceChildren();
    document.title = title;
    opener = find(".verwijzing a[aria-expanded]");
    window.htmx?.process(main);
  }

  const newEntry = () => { shown = `vraag-${Date.now()}`; return { shown }; };

  function addToHistory() {
    history.pushState(newEntry(), "", location.pathname);
    keepShown();
  }

  window.addEventListener("popstate", (event) => {
    // a link within the page is an entry of its own that shows the same
    if (!event.state?.shown) return history.replaceState({ shown }, "");
    keepShown();
    show(event.state.shown);
  });
  window.addEventListener("pagehide", keepShown);

  // an answer that came before this script is not new to its reader any more
  find("#uitkomst").removeAttribute("data-new");
  if (shown) show(shown);
  else {
    // what was typed before this script came is kept
    const isFilled = field().value === field().defaultValue && readFragment();
    history.replaceState(newEntry(), "", isFilled ? location.pathname : location.href);
    keepShown();
  }
  window.addEventListener("hashchange", () => {
    if (readFragment()) history.replaceState({ shown }, "", location.pathname);
  });
})();
