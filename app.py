"""App: one training model on Mesa's own page, for those who write a page of their own: ``solara run app.py``.
It has NO guard: pages of other sites can make Solara's server delete and fetch files. ``learnsim viz --explorer`` shows
the same page guarded; use it to look, and run this only while no other site is open.
"""

import warnings

import solara
from solara.server import settings

solara.settings.assets.cdn = "http://127.0.0.1:9/"  # nobody listens there: nothing is fetched
settings.session.http_only = True
settings.main.mode = "production"  # else the page asks solara.dev whether it works
settings.telemetry.mixpanel_enable = False
settings.assets.fontawesome_enabled = False
settings.theme.loader = "plain"
settings.theme.show_banner = False
settings.theme.title = "learnsim"
warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # lax is what the page wants
warnings.filterwarnings("ignore", message="Failed to validate hooks for component ComponentsView")  # Mesa 3.3's own

from learnsim.browser.mesa_page import page  # noqa: E402, F401
from learnsim.models.base import release  # noqa: E402
from learnsim.models.training.model import TrainingModel  # noqa: E402

first = TrainingModel()
first.step()  # what is compiled once is compiled before anybody waits for it
release(first)
