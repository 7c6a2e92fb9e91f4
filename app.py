"""App: one training model on Mesa's own page; ``solara run app.py`` shows it.
Knows the explorer, and which of Solara's habits need a network.
"""

import warnings

from solara.server import settings

settings.main.mode = "production"  # else the page asks solara.dev whether it works
settings.telemetry.mixpanel_enable = False
settings.assets.fontawesome_enabled = False
settings.theme.loader = "plain"
settings.theme.show_banner = False
settings.theme.title = "learnsim"
warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # lax is what the page wants
warnings.filterwarnings("ignore", message="Failed to validate hooks for component ComponentsView")  # Mesa 3.3's own

from learnsim.browser.explorer import page  # noqa: E402, F401
from learnsim.models import release  # noqa: E402
from learnsim.training.model import TrainingModel  # noqa: E402

first = TrainingModel()
first.step()  # what is compiled once is compiled before anybody waits for it
release(first)
