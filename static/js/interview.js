// Comfort in a mock interview: clocks that run, saving while typing, the browser's own voice and recorder.
// The server decides every deadline; this only shows what it said, counted on from when it said it.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

// Clocks ---------------------------------------------------------------------------------------------

const politely = $("[data-say-politely]");
const now = $("[data-say-now]");
const clock = $("[data-clock][data-runs]");
const promptClock = $("[data-prompt-clock]");
const pauseClock = $("[data-pause-clock]");

// A monotonic clock: setting the computer's clock changes nothing. Sleeping may stop it, so it is set again by the
// server when the page comes back.
let heard = performance.now();
let leftMs = clock ? Number(clock.dataset.leftMs) : null;
let cutMs = promptClock?.dataset.cutMs ? Number(promptClock.dataset.cutMs) : null;
let usedMs = promptClock ? Number(promptClock.dataset.usedMs) : 0;
const budgetMs = promptClock ? Number(promptClock.dataset.budgetMs) : 0;
const shownAt = performance.now();

const marks = [[600, "10 minutes left"], [300, "5 minutes left"], [60, "1 minute left"], [30, "30 seconds left"]];
// What was passed when the page was loaded is told already: a ten-minute interview does not begin with it.
const told = new Set(marks.map(([seconds]) => seconds).filter((seconds) => leftMs !== null && leftMs <= seconds * 1000 + 500));

function show(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function spoken(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const part = (number, unit) => (number ? [`${number} ${unit}${number === 1 ? "" : "s"}`] : []);
  return [...part(Math.floor(seconds / 60), "minute"), ...part(seconds % 60, "second")].join(" ") || "no time";
}

const left = () => (leftMs === null ? null : leftMs - (performance.now() - heard));

let over = false;
function ended(words) {
  if (over) return;
  over = true;
  if (now) now.textContent = words;
  // A moment for the words; the server has kept what was saved.
  setTimeout(() => location.reload(), 1500);
}

function tick() {
  const ms = left();
  if (clock && ms !== null) {
    clock.textContent = show(ms);
    // Silent but for these: a mark is told when it is passed, not when the page was loaded below it.
    for (const [seconds, words] of marks) {
      const passed = ms <= seconds * 1000;
      if (passed && !told.has(seconds)) {
        told.add(seconds);
        if (seconds * 1000 - ms < 2000 && politely) politely.textContent = words;
      }
    }
    if (ms <= 0) ended("Time is up. The interview is over.");
  }
  if (promptClock && !promptClock.hasAttribute("data-untimed")) {
    const used = usedMs + (performance.now() - heard);
    const colour = used >= budgetMs * 1.5 ? "red" : used >= budgetMs ? "amber" : "normal";
    $("[data-used]", promptClock).textContent = show(used);
    promptClock.className = `prompt-clock is-${colour}`;
    $("[data-colour-word]", promptClock).textContent = { normal: "", amber: "over its time", red: "far over its time" }[colour];
    if (cutMs !== null) {
      const cut = cutMs - (performance.now() - heard);
      // The last words reach the server before the cut.
      if (cut < 1500 && cut > 0) save();
      if (cut <= 0) ended("The time of this question is up.");
    }
  }
  if (pauseClock) {
    const ms = Number(pauseClock.dataset.leftMs) - (performance.now() - shownAt);
    pauseClock.textContent = show(ms);
    if (ms <= 0) ended("The pause is over.");
  }
}
if (clock || promptClock || pauseClock) { tick(); setInterval(tick, 250); }

// Saving while typing --------------------------------------------------------------------------------

const form = $("[data-answer-form]");
const field = form?.elements.text;
const saved = $("[data-saved]");
let kept = field?.value;
let saving = null;

async function save(force = false) {
  if (!form || saving || (!force && field.value === kept)) return saving;
  const value = field.value;
  const body = new URLSearchParams(new FormData(form));
  body.set("then", "save");
  saving = fetch(form.action, { method: "POST", body, headers: { accept: "application/json" }, keepalive: value.length < 30000 })
    .then(async (answer) => {
      if (!answer.ok) throw new Error();
      const state = await answer.json();
      heard = performance.now();
      leftMs = state.left_ms;
      cutMs = state.cut_in_ms;
      usedMs = state.used_ms ?? usedMs;
      if (state.reload) return ended("This question is no longer asked. What was saved before counts.");
      kept = value;
      saved.textContent = "Saved";
    })
    .catch(() => { saved.textContent = "Not saved: the server does not answer. Keep typing; it is tried again."; })
    .finally(() => { saving = null; });
  return saving;
}

if (form) {
  setInterval(() => save(), 5000);
  let typing;
  field.addEventListener("input", () => {
    saved.textContent = "";
    clearTimeout(typing);
    typing = setTimeout(() => save(), 1200);
  });
  addEventListener("pagehide", () => save());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") save(true); else save(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-time-left]")) {
      event.preventDefault();
      save(true).then?.(() => {
        const ms = left();
        politely.textContent = "";
        requestAnimationFrame(() => { politely.textContent = ms === null ? "There is no time limit." : `${spoken(ms)} left`; });
      });
      return;
    }
    if (sent) event.preventDefault();
    sent = true;
    stopRecording();
  });
  addEventListener("pageshow", () => { sent = false; });
}

// The question read aloud by the browser -------------------------------------------------------------

const tools = $("[data-room-tools]");
const speak = $("[data-speak]");
if (speak && "speechSynthesis" in globalThis) {
  tools.hidden = false;
  speak.hidden = false;
  speak.addEventListener("click", () => {
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance($("[data-read-aloud]").textContent);
    words.lang = "en";
    speechSynthesis.speak(words);
  });
}

// The answer recorded: kept in this browser, never sent ------------------------------------------------

function recordings(mode, use) {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open("dryrun-recordings", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("recordings");
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const request = use(open.result.transaction("recordings", mode).objectStore("recordings"));
      request.onsuccess = () => { resolve(request.result); open.result.close(); };
      request.onerror = () => { reject(request.error); open.result.close(); };
    };
  });
}

const record = $("[data-record]");
let recorder = null;
function stopRecording() { if (recorder?.state === "recording") recorder.stop(); }

if (record && globalThis.MediaRecorder && navigator.mediaDevices && globalThis.indexedDB) {
  tools.hidden = false;
  record.hidden = false;
  const hint = $("[data-record-hint]");
  hint.hidden = false;
  record.addEventListener("click", async () => {
    if (recorder?.state === "recording") return stopRecording();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      hint.textContent = "The browser gives no microphone to this page.";
      return;
    }
    const parts = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", async () => {
      for (const track of stream.getTracks()) track.stop();
      record.textContent = "Record again";
      record.setAttribute("aria-pressed", "false");
      const sound = new Blob(parts, { type: recorder.mimeType });
      await recordings("readwrite", (store) => store.put(sound, record.dataset.recording));
      hint.textContent = "Recorded. You can play it in the report, in this browser.";
    });
    // in pieces, so that little is lost when the page goes away
    recorder.start(1000);
    record.textContent = "Stop recording";
    record.setAttribute("aria-pressed", "true");
  });
}

for (const place of $$("[data-play]")) {
  if (!globalThis.indexedDB || !globalThis.AudioContext) break;
  recordings("readonly", (store) => store.get(place.dataset.play)).then((sound) => {
    if (!sound) return;
    place.hidden = false;
    const button = $("button", place);
    let playing = null;
    button.addEventListener("click", async () => {
      if (playing) { playing.stop(); return; }
      const context = new AudioContext();
      const source = context.createBufferSource();
      source.buffer = await context.decodeAudioData(await sound.arrayBuffer());
      source.connect(context.destination);
      source.onended = () => { playing = null; button.textContent = "Play your recording"; context.close(); };
      playing = source;
      button.textContent = "Stop";
      source.start();
    });
  }).catch(() => {});
}

for (const button of $$("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
