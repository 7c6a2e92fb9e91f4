"""CSS: the style sheet of the page, for wide and narrow windows, light and dark, screens and paper.

Every colour is a variable, defined once for light and once for dark; pictures and charts use these variables too. The dark
mode is that of Solara: the class ``theme--dark``.
"""

LIGHT = {
    "ink": "#1f2328",
    "soft": "#4d555e",
    "rule": "#d3d9e0",
    "edge": "#7b848e",  # of fields: a contrast of 3
    "ground": "#ffffff",
    "alert": "#fdecea",
    "wrong": "#a3120a",
    "focus": "#0b57d0",
    "button": "#1565c0",
    "left": "#0072B2",  # Okabe and Ito (2008)
    "right": "#B34700",
    "officer": "#D55E00",
    "chosen": "#E6007A",
    "line": "#98a1ab",
    "cell": "#eef1f5",
    "hub": "#333333",
    "rim": "#4d555e",
}
DARK = {
    "ink": "#e8eaed",
    "soft": "#b6bdc6",
    "rule": "#3a414a",
    "edge": "#8b949e",
    "ground": "#121212",
    "alert": "#3b1512",
    "wrong": "#ff9d94",
    "focus": "#8ab4f8",
    "button": "#1565c0",
    "left": "#56B4E9",
    "right": "#F2994A",
    "officer": "#FF8A3D",
    "chosen": "#FF5CAE",
    "line": "#6b747e",
    "cell": "#262c34",
    "hub": "#d5d9de",
    "rim": "#8f98a3",
}


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--learnsim-{name}: {colour};" for name, colour in colours.items())


CSS = f"""
:root {{ {_variables(LIGHT)} color-scheme: light; }}
.theme--dark {{ {_variables(DARK)} color-scheme: dark; }}
@media print {{ .theme--dark {{ {_variables(LIGHT)} color-scheme: light; }} }}
""" + """
.learnsim-page { padding: 8px 14px 40px; max-width: 1600px; margin: 0 auto; display: grid; gap: 20px;
  grid-template-columns: minmax(0, 1fr) 290px; color: var(--learnsim-ink); background: var(--learnsim-ground);
  accent-color: var(--learnsim-focus); }
.learnsim-page .v-sheet { background: transparent; }
.learnsim-page.learnsim-following { padding-bottom: 48vh; }
.learnsim-main { display: flex; flex-direction: column; gap: 12px; min-width: 0; }
.learnsim-settings { border-left: 1px solid var(--learnsim-rule); padding-left: 16px; min-width: 0; display: flex;
  flex-direction: column; gap: 4px; }
@media (max-width: 900px) {
  .learnsim-page { grid-template-columns: minmax(0, 1fr); }
  .learnsim-settings { border-left: 0; border-top: 1px solid var(--learnsim-rule); padding: 16px 0 0; }
}
h1.learnsim-title { font-size: 1.35rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
h2.learnsim-heading { font-size: 1rem; font-weight: 600; margin: 10px 0 2px; }
.learnsim-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
.learnsim-bar .v-btn.primary { background: var(--learnsim-button) !important; }
.learnsim-bar .learnsim-setting { width: 240px; margin: 0 8px; }
.learnsim-clock { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
.learnsim-two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 12px; }
.learnsim-side { border: 1px solid var(--learnsim-rule); border-radius: 6px; padding: 8px; min-width: 0; }
.learnsim-name { font-size: 1.1rem; font-weight: 600; overflow-wrap: anywhere; }
.learnsim-left .learnsim-name { color: var(--learnsim-left); }
.learnsim-right .learnsim-name { color: var(--learnsim-right); }
.learnsim-page p { margin: 0 0 2px; }
.learnsim-words { max-width: 110ch; overflow-wrap: anywhere; font-size: .95rem; }
@media (min-width: 901px) { .learnsim-words { min-height: 6.3em; } }
.learnsim-words > :first-child { font-weight: 600; font-size: 1.05rem; }
.learnsim-charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr)); gap: 12px; }
.learnsim-chart { width: 100%; max-width: 560px; height: auto; font: 10px sans-serif; }
.learnsim-chart .grid { stroke: var(--learnsim-rule); stroke-width: .7; }
.learnsim-chart text { fill: var(--learnsim-ink); }
.learnsim-chart .learnsim-title { font-size: 11px; font-weight: 600; }
.learnsim-scale { display: inline-block; width: 110px; height: 12px; vertical-align: middle; margin: 0 4px;
  border: 1px solid var(--learnsim-rim); border-radius: 2px;
  background: linear-gradient(90deg, #00224e, #575d6d, #707173, #a59d75, #fee838); }
.learnsim-chips { display: flex; flex-wrap: wrap; gap: 4px; margin: 4px 0 8px; }
.learnsim-chip { border: 1px solid var(--learnsim-edge); border-radius: 12px; padding: 1px 9px; font-size: .85rem;
  overflow-wrap: anywhere; }
.learnsim-figure { background: #ffffff; border-radius: 4px; margin-bottom: 8px; }
.learnsim-figure img { display: block; width: 100%; max-width: 560px; height: auto; margin: 0 auto; }
.learnsim-key { color: var(--learnsim-soft); font-size: .85rem; }
.learnsim-ring { display: inline-block; width: 10px; height: 10px; border: 2px solid var(--learnsim-officer);
  border-radius: 50%; vertical-align: middle; }
.learnsim-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }

.learnsim-organisation { position: relative; width: 100%; }
.learnsim-organisation canvas { display: block; margin: 0 auto; cursor: pointer; border-radius: 4px; }
.learnsim-hubs { position: absolute; top: 0; left: 0; right: 0; margin: 0 auto; pointer-events: none; }
.learnsim-hubs span { position: absolute; transform: translateX(-50%); white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; font-size: 12px; font-weight: 600; padding: 0 3px; color: var(--learnsim-ink);
  text-shadow: 0 0 2px var(--learnsim-ground), 0 0 2px var(--learnsim-ground), 0 0 3px var(--learnsim-ground); }
.learnsim-tip { position: absolute; pointer-events: none; background: #222; color: #fff; font-size: 12px; padding: 2px 7px;
  border: 1px solid #999; border-radius: 3px; z-index: 2; width: max-content; max-width: min(100%, 420px);
  overflow-wrap: anywhere; }

.learnsim-setting { position: relative; min-width: 0; padding: 3px 0; font-size: .95rem; line-height: 1.35; }
.learnsim-setting label { display: block; color: var(--learnsim-soft); overflow-wrap: anywhere; }
.learnsim-setting .learnsim-value { color: var(--learnsim-ink); font-variant-numeric: tabular-nums; }
.learnsim-setting input, .learnsim-setting select { display: block; width: 100%; margin: 2px 0 0; font: inherit;
  color: var(--learnsim-ink); }
.learnsim-setting input[role=switch] { width: auto; min-height: 24px; min-width: 24px; }
.learnsim-setting input[type=range] { height: 24px; cursor: pointer; }
.learnsim-setting select, .learnsim-setting input[type=text] { min-height: 34px; padding: 4px 8px; border-radius: 4px;
  border: 1px solid var(--learnsim-edge); background: var(--learnsim-ground); appearance: auto; }
.learnsim-setting :disabled { cursor: not-allowed; opacity: .55; }
.learnsim-settings .learnsim-fold { justify-content: space-between; text-transform: none; letter-spacing: normal;
  margin-top: 8px; }
.learnsim-why, .learnsim-wrong { display: block; font-size: .85rem; }
.learnsim-why { color: var(--learnsim-soft); font-style: italic; }
.learnsim-wrong { color: var(--learnsim-wrong); overflow-wrap: anywhere; }
.learnsim-meaning { display: none; position: absolute; left: 0; right: 0; top: 100%; z-index: 3; padding: 4px 8px;
  background: #222; color: #fff; border: 1px solid #999; border-radius: 3px; font-size: .82rem; pointer-events: none; }
@media (hover: hover) { .learnsim-setting:hover .learnsim-meaning { display: block; } }
.learnsim-setting:focus-within .learnsim-meaning { display: block; }
.learnsim-list { display: flex; flex-direction: column; gap: 4px; padding-bottom: 8px; margin-bottom: 4px;
  border-bottom: 1px solid var(--learnsim-rule); }
.learnsim-list .v-btn { white-space: normal; height: auto !important; min-height: 36px; }
.learnsim-about { font-size: .85rem; color: var(--learnsim-soft); overflow-wrap: anywhere; }
.learnsim-about > span { display: block; }
.learnsim-alert { padding: 10px 14px; border: 1px solid var(--learnsim-wrong); border-left-width: 6px; border-radius: 4px;
  background: var(--learnsim-alert); color: var(--learnsim-ink); overflow-wrap: anywhere; }

.learnsim-trainee { position: fixed; left: 0; right: 0; bottom: 0; z-index: 4; max-height: 46vh; overflow-y: auto;
  padding: 8px 14px; background: var(--learnsim-ground); color: var(--learnsim-ink);
  border-top: 2px solid var(--learnsim-chosen); box-shadow: 0 -2px 12px rgb(0 0 0 / 25%); }
.learnsim-trainee .learnsim-charts { max-width: 1100px; }
.learnsim-trainee .learnsim-chart { max-width: 340px; }
.learnsim-card { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; }
.learnsim-card h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; min-width: 0; }
.learnsim-card .v-btn { margin-left: auto; }
.learnsim-card > :last-child { flex-basis: 100%; }
@media (max-width: 480px) { .learnsim-bar .v-btn.v-size--default { padding: 0 9px; letter-spacing: .02em; } }
.learnsim-items { display: flex; flex-direction: column; font-size: .9rem; min-width: 0; overflow-wrap: anywhere; }

.learnsim-page :focus-visible, .learnsim-side canvas:focus-visible { outline: 3px solid var(--learnsim-focus) !important;
  outline-offset: 2px; }
@media (prefers-reduced-motion: reduce) {
  html { scroll-behavior: auto !important; }
  .v-application, .v-application * { transition: none !important; animation: none !important; }
}
@media (forced-colors: active) {
  .learnsim-organisation canvas, .learnsim-chart, .learnsim-scale, .learnsim-ring { forced-color-adjust: none; }
  .learnsim-organisation canvas, .learnsim-chart { background: var(--learnsim-ground); }
  .learnsim-page .v-btn { border: 1px solid ButtonText; }
  .learnsim-setting :disabled { opacity: 1; color: GrayText; border-color: GrayText; }
}
@media print {
  html, body, .v-application, .v-application--wrap, .v-application :has(.learnsim-page, .learnsim-side) {
    overflow: visible !important; height: auto !important; min-height: 0 !important; max-height: none !important; }
  .learnsim-page, .learnsim-page.learnsim-following { display: block; padding: 0; max-width: none; }
  .learnsim-settings { border: 0; padding: 12px 0 0; display: grid; grid-template-columns: 1fr 1fr; gap: 0 20px; }
  .learnsim-bar .v-btn, .learnsim-bar .learnsim-setting, .learnsim-settings .v-btn, .learnsim-trainee .v-btn {
    display: none; }
  .learnsim-two { grid-template-columns: 1fr 1fr; }
  .learnsim-two canvas { width: 100% !important; height: auto !important; }
  .learnsim-hubs { width: 100% !important; height: auto !important; aspect-ratio: 1; }
  .learnsim-trainee { position: static; max-height: none; box-shadow: none; overflow: visible; }
  .learnsim-side, .learnsim-chart, .learnsim-trainee, .learnsim-setting { break-inside: avoid; }
  .learnsim-main > * { margin-bottom: 10px; }
  .learnsim-scale, .learnsim-chart { print-color-adjust: exact; }
}
"""
