// Comfort on top of pages that work without it: keyboard, suggestions, copying, instant switches.
// It sets classes, attributes and text only.

const root = document.documentElement;
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const remembered = (() => { try { return localStorage; } catch { return null; } })();
const visible = (element) => element && element.getClientRects().length > 0;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Toast -------------------------------------------------------------------------------------------

let toastTimer;
function toast(text) {
  const box = $("#toast");
  if (!box) return;
  box.textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.textContent = ""; }, 2600);
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain http on a home network has no clipboard API: select and copy the old way.
    const field = make("textarea", { readonly: "", class: "visually-hidden" });
    field.value = text;
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    before?.focus();
    if (!copied) return toast("Copying is not allowed here");
  }
  toast(done);
}

// Preferences: the same request as the form, without leaving the page -------------------------------

const themes = ["auto", "light", "dark"];
const themeNames = { auto: "automatic", light: "light", dark: "dark" };

// The browser's Back shows a page as it was left, perhaps with answers that have been hidden since.
let chosenHere = remembered?.getItem("chosen");
addEventListener("pageshow", (event) => {
  if (event.persisted && remembered?.getItem("chosen") !== chosenHere) location.reload();
});

function saveForm(form, name, value) {
  chosenHere = String(Date.now());
  remembered?.setItem("chosen", chosenHere);
  const body = new URLSearchParams({ [name]: value, back: form.elements.back.value });
  return fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true })
    .then((answer) => { if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(); })
    .catch(() => toast("This could not be remembered. Is the server running?"));
}

function setTheme(form, theme) {
  const next = themes[(themes.indexOf(theme) + 1) % themes.length];
  const button = $("button", form);
  root.dataset.theme = theme;
  button.value = next;
  button.title = `Theme: ${themeNames[theme]}`;
  $(".visually-hidden", button).textContent = `Theme: ${themeNames[theme]}. Switch to ${themeNames[next]}.`;
  toast(`Theme: ${themeNames[theme]}`);
  saveForm(form, "theme", theme);
}

function setHidden(form, hide) {
  const button = $("button", form);
  if (hide) root.dataset.answers = "hidden";
  else delete root.dataset.answers;
  button.value = hide ? "off" : "on";
  button.setAttribute("aria-pressed", String(hide));
  for (const part of $$("details.reveal")) part.open = !hide;
  toast(hide ? "Answers hidden" : "Answers shown");
  saveForm(form, "hide_answers", hide ? "on" : "off");
}

for (const form of $$("form[data-preference]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = $("button", form).value;
    if (form.dataset.preference === "theme") setTheme(form, value);
    else setHidden(form, value === "on");
  });
}

// Revealing -----------------------------------------------------------------------------------------

function revealNext() {
  const next = $$("details.reveal:not([open])").find(visible);
  if (!next) return false;
  next.open = true;
  const heading = $(".section-heading", next.parentElement) ?? next;
  heading.scrollIntoView({ block: "start", behavior: "instant" });
  focusContent(next);
  return true;
}

// The summary that was focused is gone: keep the place for the keyboard and for screen readers.
function focusContent(part) {
  const content = part.children[1];
  content.tabIndex = -1;
  content.focus({ preventScroll: true });
}

for (const part of $$("details.reveal")) {
  $("summary", part).addEventListener("click", () => requestAnimationFrame(() => focusContent(part)));
}

function openTarget() {
  let id;
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const target = id && document.getElementById(id);
  if (!target) return;
  if (target.matches("details")) target.open = true;
  for (let part = target.closest("details:not([open])"); part; part = part.parentElement.closest("details:not([open])")) part.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", openTarget);
openTarget();

let reopened = [];
addEventListener("beforeprint", () => {
  reopened = $$("details:not([open])").filter((part) => !part.closest("dialog"));
  // Parts that share a name close each other, so the name rests while the page prints.
  for (const part of reopened) { part.dataset.name = part.getAttribute("name") ?? ""; part.removeAttribute("name"); part.open = true; }
});
addEventListener("afterprint", () => {
  for (const part of reopened) { part.open = false; if (part.dataset.name) part.setAttribute("name", part.dataset.name); delete part.dataset.name; }
});

// Copying -------------------------------------------------------------------------------------------

for (const button of $$("[data-copy-link]")) {
  button.hidden = false;
  const anchor = button.previousElementSibling;
  if (anchor?.matches(".anchor")) anchor.hidden = true;
  button.addEventListener("click", () => {
    history.replaceState(null, "", `#${button.dataset.copyLink}`);
    copy(location.href, "Link copied");
  });
}

for (const block of $$(".prose pre")) {
  let frame = block.parentElement;
  if (!frame.matches(".code")) {
    frame = make("div", { class: "code" });
    block.replaceWith(frame);
    frame.append(block);
  }
  if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  const button = make("button", { type: "button", class: "copy-code" }, "Copy");
  button.append(make("span", { class: "visually-hidden" }, " code"));
  button.addEventListener("click", () => copy(block.textContent.trimEnd() + "\n", "Code copied"));
  frame.append(button);
}

// On this page --------------------------------------------------------------------------------------

const outline = new Map($$(".on-this-page a").map((link) => [link.hash.slice(1), link]));
if (outline.size) {
  const headings = [...outline.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  let current;
  const mark = () => {
    const line = innerHeight * 0.3;
    const shown = headings.filter(visible);
    let heading = shown.findLast((h) => h.getBoundingClientRect().top < line);
    if (scrollY + innerHeight >= root.scrollHeight - 4) heading = shown.at(-1);
    const link = heading && outline.get(heading.id);
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "location");
    current = link;
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
}

// Suggestions while typing: the combobox with a list of the ARIA practices guide ---------------------

for (const input of $$("input[data-suggest]")) suggestFor(input);

function suggestFor(input) {
  const form = input.form;
  const list = make("ul", { role: "listbox", id: `${input.id}-list`, "aria-label": "Suggestions" });
  const note = make("p", { class: "suggestions-note" });
  const panel = make("div", { class: "suggestions", hidden: "" }, list, note);
  const status = make("p", { class: "visually-hidden", role: "status" });
  form.append(panel, status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);

  let timer, request, selected = -1, asked = "";

  const options = () => [...list.children];
  function close() {
    clearTimeout(timer);
    request?.abort();
    panel.hidden = true;
    input.setAttribute("aria-expanded", "false");
    select(-1);
  }
  function open() {
    panel.hidden = false;
    input.setAttribute("aria-expanded", String(list.children.length > 0));
  }
  function select(index) {
    selected = index;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const option = options()[index];
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  }
  function show(answer) {
    list.replaceChildren(...answer.results.map((result, i) => {
      const option = make("li", { role: "option", id: `${list.id}-${i}`, "aria-selected": "false" }, result.title);
      const level = result.level.charAt(0).toUpperCase() + result.level.slice(1);
      option.append(make("span", {}, `${result.topic_title} · ${level}`));
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => { location.href = result.url; });
      option.dataset.url = result.url;
      return option;
    }));
    selected = -1;
    input.removeAttribute("aria-activedescendant");
    const more = answer.total - answer.results.length;
    note.textContent = answer.results.length === 0
      ? (answer.suggestion ? `Nothing found. Did you mean “${answer.suggestion}”?` : "Nothing found. Enter searches everything.")
      : more > 0 ? `${more} more. Press Enter to see all ${answer.total}.` : "";
    note.hidden = note.textContent === "";
    status.textContent = answer.results.length ? `${answer.results.length} suggestions` : note.textContent;
    open();
  }
  async function ask() {
    const query = input.value.trim();
    if (query === asked && !panel.hidden) return;
    request?.abort();
    if (query.length < 2) { asked = ""; return close(); }
    asked = query;
    request = new AbortController();
    try {
      const answer = await fetch(`/api/v1/search?unfinished=true&limit=7&q=${encodeURIComponent(query)}`, { signal: request.signal, headers: { accept: "application/json" } });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", () => { asked = ""; close(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = list.children.length;
    const moves = { ArrowDown: selected + 1, ArrowUp: selected < 0 ? count - 1 : selected - 1 };
    if (event.key in moves) {
      event.preventDefault();
      if (panel.hidden) { asked = ""; ask(); }
      else if (count) select(moves[event.key] >= count ? -1 : moves[event.key]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (!panel.hidden) close();
      else if (input.value) input.value = "";
      else input.blur();
    } else if (event.key === "Enter" && selected >= 0 && !panel.hidden) {
      event.preventDefault();
      location.href = options()[selected].dataset.url;
    }
  });
}

// Practice -------------------------------------------------------------------------------------------

// Days begin in the reader's own time zone; only the browser knows it.
try {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`time_zone=${zone}`)) document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
} catch { /* UTC will do */ }

for (const field of $$("[data-submit-with-ctrl]")) {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); field.form.requestSubmit(); }
    // back to the keys of the page
    if (event.key === "Escape") field.blur();
  });
}

// A form is sent once, however often its button is pressed.
for (const form of $$('form[method="post"][action^="/practice"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => { for (const form of $$("form[data-sent]")) delete form.dataset.sent; });

function pressKey(key) {
  const control = $$("[data-key]").find((element) => element.dataset.key === key && visible(element));
  control?.click();
  return Boolean(control);
}

// Keyboard ------------------------------------------------------------------------------------------

const help = $("#help");
const keysBox = $("#help-keys");
let keysOn = remembered?.getItem("keys") !== "off";

function showKeys() {
  root.classList.toggle("has-keys", keysOn && matchMedia("(hover: hover)").matches);
}
showKeys();

if (help) {
  keysBox.checked = keysOn;
  keysBox.addEventListener("change", () => {
    keysOn = keysBox.checked;
    remembered?.setItem("keys", keysOn ? "on" : "off");
    showKeys();
  });
  help.addEventListener("click", (event) => { if (event.target === help) help.close(); });
  for (const button of $$("[data-open-help]")) {
    button.hidden = !matchMedia("(hover: hover)").matches;
    button.addEventListener("click", () => help.showModal());
  }
}

// Rows of a list take the focus one by one; elsewhere j and k turn the page.
function step(direction) {
  const rows = $$("[data-row] a:first-of-type").filter(visible);
  const turn = $(`main .neighbours a[rel="${direction > 0 ? "next" : "prev"}"]`);
  if (turn && $("article", turn.closest("main"))) return void (location.href = turn.href);
  if (!rows.length) return void (turn && (location.href = turn.href));
  const at = rows.indexOf(document.activeElement);
  const row = rows[at < 0 ? (direction > 0 ? 0 : rows.length - 1) : at + direction];
  if (!row) return;
  row.focus({ preventScroll: true });
  row.parentElement.scrollIntoView({ block: "nearest" });
}

const keys = {
  "/": () => { const input = $$("input[data-suggest]").find(visible); if (!input) location.href = "/search"; else { input.focus(); input.select(); } },
  "?": () => help?.showModal(),
  j: () => step(1),
  k: () => step(-1),
  t: () => { const form = $('form[data-preference="theme"]'); if (form) setTheme(form, $("button", form).value); },
  h: () => { const form = $('form[data-preference="hide_answers"]'); if (form) setHidden(form, $("button", form).value === "on"); },
  " ": () => pressKey(" ") || (root.dataset.answers === "hidden" && revealNext()),
};

addEventListener("keydown", (event) => {
  if (!keysOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
  const target = event.target;
  if (help?.open || target.isContentEditable || target.closest?.("input, textarea, select")) return;
  // Space presses what has the focus; it scrolls when nothing is left to reveal.
  if (event.key === " " && (event.shiftKey || target.closest?.("a, button, summary"))) return;
  const action = Object.hasOwn(keys, event.key) ? keys[event.key] : () => pressKey(event.key);
  if (action() !== false) event.preventDefault();
});
