"""Style: how the page looks.
Knows nothing: one sheet of CSS, for wide and narrow windows.
"""

CSS = """
.learnsim-page { padding: 8px 14px 40px; max-width: 1600px; margin: 0 auto; display: grid; gap: 20px;
  grid-template-columns: minmax(0, 1fr) 290px; }
.learnsim-main { display: flex; flex-direction: column; gap: 12px; min-width: 0; }
.learnsim-settings { border-left: 1px solid #dfe3e8; padding-left: 16px; min-width: 0; display: flex; flex-direction: column;
  gap: 4px; }
@media (max-width: 900px) {
  .learnsim-page { grid-template-columns: minmax(0, 1fr); }
  .learnsim-settings { border-left: 0; border-top: 1px solid #dfe3e8; padding: 16px 0 0; }
}
h1.learnsim-title { font-size: 1.35rem; font-weight: 600; margin: 0; }
.learnsim-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
.learnsim-clock { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
.learnsim-two { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 12px; }
.learnsim-side { border: 1px solid #dfe3e8; border-radius: 6px; padding: 8px; min-width: 0; }
.learnsim-name { font-size: 1.1rem; font-weight: 600; }
.learnsim-left .learnsim-name { color: #0072B2; }
.learnsim-right .learnsim-name { color: #B34700; }
.learnsim-words { display: flex; flex-direction: column; gap: 2px; max-width: 90ch; }
.learnsim-charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 12px; }
.learnsim-chart { width: 100%; height: auto; font: 10px sans-serif; }
.learnsim-chart .grid { stroke: #e4e7eb; stroke-width: .7; }
.learnsim-chart text { fill: #333; }
.learnsim-chart .learnsim-title { font-size: 11px; font-weight: 600; }
.learnsim-scale { display: inline-block; width: 110px; height: 10px; vertical-align: middle; margin: 0 4px;
  background: linear-gradient(90deg, #00224e, #575d6d, #707173, #a59d75, #fee838); }
.learnsim-key { color: #444; font-size: .85rem; }
.learnsim-ring { display: inline-block; width: 10px; height: 10px; border: 2px solid #D55E00; border-radius: 50%;
  vertical-align: middle; }
.learnsim-setting { min-width: 0; }
.learnsim-setting .v-input__slider .v-input__slot { flex-direction: column; align-items: stretch; margin-bottom: 0; }
.learnsim-setting .v-input__slider .v-messages { min-height: 4px; }
"""
