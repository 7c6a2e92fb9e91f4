"""What a page shows is what it was asked for: its address and the record that its player has are of the same settings."""

PLAYER = "document.querySelector('.learnsim-player').parentElement.__vue__.player"
VIEW = "['scene', 'lang', 'live', 'person', 'replicates']"  # of the address: how it is shown
SHOWN = f"""() => {{
  if (document.querySelector('.learnsim-error')) return true;
  const {{ json, busy }} = {PLAYER}, asked = [...new URLSearchParams(location.search)].filter(([name]) => !{VIEW}.includes(name));
  const shown = [...new URLSearchParams(json.address)];
  return !busy && (!shown.length || JSON.stringify(shown) === JSON.stringify(asked)); }}"""


def settled(page):
    """Wait until what the address says is computed and shown, or refused. A class list is not in the address."""
    page.wait_for_function(SHOWN)
    page.wait_for_timeout(100)  # the clock stands above the pictures and the curves
