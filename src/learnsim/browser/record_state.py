"""Record state: what changes on an open page that plays records: settings, class list, the record and its repetitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import Any

from learnsim.browser.background import Background, Cancelled
from learnsim.browser.class_list import ClassList, OpenedFile, opened_file, pasted_list, words_of
from learnsim.browser.column_guess import Columns
from learnsim.browser.error_messages import page_sentence
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.shown_record import Shown, shown_of
from learnsim.browser.state import PageState
from learnsim.browser.story_export import is_plain
from learnsim.browser.view import View, view_of
from learnsim.errors import LearnsimError, SettingsError
from learnsim.playback.scenes import scenes

TOGETHER = 1.0  # seconds: changes of one setting that follow each other faster, as by keys, are one entry of the history


class RecordState(PageState):
    """The state of a page that plays records.

    Attributes
    ----------
    shown : Shown
        The record of the latest valid settings.
    bands : str
        Its repetitions as JSON, with its number; empty as long as there are none.
    frames : str
        The latest rows of live models as JSON, with the record's number.
    view, usual : View
        How it is shown, and how where the URL says nothing: in the browser's language.
    person : int
        Who was followed when the page was opened, by number; -1 for nobody.
    is_drawn : bool
        Whether the player has drawn the record: what else the page shows, and the repetitions, come after it.
    busy : bool
        Whether another record is being computed.
    entries : int
        Counts the addresses that a visitor can go back to.
    moves : int
        Counts the scenes that were opened or left otherwise than in the player: by Back, or by another setting.
    people : ClassList or None
        The class list that is used on the page; a scene of the story puts it aside.
    file : OpenedFile or None
        The class list that was opened on the page.
    columns : Columns
        Which of its columns is what, as tried last.
    file_error : str
        Why it cannot be used so; empty if it is used, or there is none.
    file_words : list of str
        What was read of it.

    Parameters
    ----------
    base : PageSettings
    query : str
        Of the URL.
    language : str
        Code of a file of texts: what the browser asks for.

    Raises
    ------
    LearnsimError
        If the settings that the page was opened with are invalid, since their files have changed.
    """

    def __init__(self, base: PageSettings, query: str, language: str = "en") -> None:
        self.usual = self.view = View(language)
        self.error, self.page_settings = "", base
        self.people: ClassList | None = None
        super().__init__(base)
        try:
            self.view, others = view_of(query, self.usual)
            self.shown = shown_of(self._settings_of(self.view.scene, others), 1, live=self.view.live)
            self.page_settings = self.shown.page_settings
        except LearnsimError as error:  # an invalid URL: show the error, and the settings of the file
            self.error, self.view = str(error), replace(self.view, scene="")
            self.shown = shown_of(base, 1)
        try:
            self.person = self._person()
        except LearnsimError as error:
            self.error, self.person = self.error or str(error), -1
            self.view = replace(self.view, person="")
        self.bands, self.frames, self.busy, self.entries, self.moves = "", "", False, 0, 0
        self._shown_entry = 0  # of the history
        self._own: PageSettings | None = None  # what the visitor had before the story
        self._latest = ("", 0.0)  # the setting that was changed last, and when
        self.is_drawn = False
        self.file: OpenedFile | None = None
        self.columns, self.file_error = Columns(), ""
        self.file_words: list[str] = []
        self._computing, self._stepping, self._models = Background(), Background(), Lock()

    @property
    def playable(self) -> PageSettings:  # type: ignore[override]
        """The latest valid settings."""
        return self.shown.page_settings

    @property
    def query(self) -> str:
        """The query string of the URL."""
        return self.page_settings.query(self.view.entries(self.usual))

    def drawn(self) -> None:
        """Go on with what waits for the first picture."""
        if not self.is_drawn:
            self.is_drawn = True
            self.show()
            self._computing.do(self._repeat)

    def change(self, name: str, value: Any) -> None:
        """Change one setting; all arms start again. A scene that is open is left."""
        self._leave()
        self.tried = name
        self.choose(self.page_settings.changed(name, value), entry=self._is_new(name))

    def choose(self, page_settings: PageSettings, *, entry: bool = False) -> None:
        """Compute and show other settings, beside the page's connection; of several the newest.

        If they are invalid, keep the error message and what is shown.

        Parameters
        ----------
        page_settings : PageSettings
        entry : bool
            Whether the visitor can go back to what is shown now.
        """
        self.page_settings, self.busy = page_settings, True
        self.entries += entry
        number = self.entries
        self.show()

        def compute(cancelled: Cancelled) -> None:
            try:
                shown = shown_of(page_settings, self.shown.number + 1, live=self.view.live)
            except LearnsimError as error:
                if not cancelled():
                    self._refuse(str(error))
                return
            if cancelled():
                _release(shown)
                return
            with self._models:
                _release(self.shown)
                self.shown, self.bands, self.frames, self.error, self.busy = shown, "", "", "", False
            self._shown_entry = number
            try:
                self._person()
            except LearnsimError:  # whoever was followed is not there any more
                self.view = replace(self.view, person="")
            self._changed()
            self._repeat(cancelled)

        self._computing.do(compute)

    def undo(self) -> None:
        """Go back to the latest valid settings, which are still shown."""
        self.entries = self._shown_entry
        self._stay()

    def back(self, query: str) -> None:
        """Show what an entry of the browser's history says, to which the visitor went: its settings, or its scene.

        The language, who is followed, and the class list stay as they are now.
        """
        self.moves += 1
        self.tried = ""
        try:
            view, others = view_of(query)
            page_settings = self._settings_of(view.scene, others)
        except LearnsimError as error:
            self._refuse(str(error))
            return
        self._play(replace(view, language=self.view.language, person=self.view.person), page_settings)

    def open_scene(self, scene: str) -> None:
        """Open a scene of the story, or leave it: then the visitor's own settings and class list come back.

        Parameters
        ----------
        scene : str
            Its id; empty to leave. Where the visitor had changed nothing, what the scene shows stays.
        """
        if scene == self.view.scene:
            return
        try:
            view = self.view.changed("scene", scene) if scene else replace(self.view, scene="")
            page_settings = self._settings_of(scene) if scene else self._own or self.playable
        except LearnsimError as error:
            self._refuse(str(error))
            return
        self.entries += 1
        self.tried = ""
        self._play(view, page_settings)

    def _settings_of(self, scene: str, query: str = "") -> PageSettings:
        """Return the settings of a scene; without one those of an address, with the class list that is used."""
        if not scene:
            page_settings = self.base.from_query(query)
            return page_settings.with_class_list(self.people) if self.people else page_settings
        if not is_plain(self.base):
            raise SettingsError(f"scene = {scene}: the story is about a page without a file; leave out {self.base.source}")
        return self.base.from_query(next(one.address for one in scenes() if one.id == scene))

    def _play(self, view: View, page_settings: PageSettings) -> None:
        """Play other settings in another view, if they are not shown already."""
        if view.scene and not self.view.scene:
            self._own = None if _same(self.playable, self.base) else self.playable
        self.view, self._latest = view, ("", 0.0)
        if _same(page_settings, self.playable) and view.live == bool(self.shown.live):
            self._shown_entry = self.entries
            self._stay()
        else:
            self.choose(page_settings)

    def _stay(self) -> None:
        """Stay with what is shown, whatever was to be shown."""
        self.page_settings, self.error, self.busy = self.playable, "", False
        self._computing.do(self._repeat)  # cancels it
        self._changed()

    def _leave(self) -> None:
        """Leave a scene, since something else is to be shown."""
        if self.view.scene:
            self.view = replace(self.view, scene="")
            self.moves += 1

    def _is_new(self, name: str) -> bool:
        """Whether a change of a setting is another entry of the history: no key or step of the same soon after."""
        (before, when), now = self._latest, monotonic()
        self._latest = (name, now)
        return name != before or now - when > TOGETHER

    def look(self, name: str, value: Any) -> None:
        """Change how it is shown, by its name in the URL."""
        try:
            self.view = self.view.changed(name, str(value).lower())
        except LearnsimError as error:
            self._refuse(str(error))
            return
        if name == "live":
            self.choose(self.page_settings, entry=self._is_new(name))
        elif name == "replicates":
            self.entries += self._is_new(name)
            self._computing.do(self._repeat)
        self._changed()

    def want(self, rows: Sequence[int]) -> None:
        """Step the live models as far as the player wants rows: the first and the last of them."""
        number, (first, last) = self.shown.number, rows

        def step(cancelled: Cancelled) -> None:
            with self._models:
                if cancelled() or self.shown.number != number or not self.shown.live:
                    return
                try:
                    self.frames = self.shown.frames(first, last)
                except LearnsimError as error:
                    self.error = str(error)
            self.show()

        self._stepping.do(step)

    def follow(self, person: int) -> None:
        """Note who is followed; nobody for -1."""
        self.view = replace(self.view, person=str(person + 1) if 0 <= person < self.shown.prepared.trainees else "")
        self.show()

    def open_file(self, event: Any) -> None:
        """Use a class list that the page has sent, with the columns that are probably meant."""
        self._use_file(lambda: opened_file(event))

    def paste_list(self, text: Any) -> None:
        """Use a class list that was pasted."""
        self._use_file(lambda: pasted_list(text))

    def _use_file(self, opens: Callable[[], OpenedFile]) -> None:
        try:
            self.file = opened = opens()
        except LearnsimError as error:
            self._refuse_file(str(error))
            return
        self.use_columns(opened.guess)

    def use_columns(self, columns: Columns) -> None:
        """Start again with the people of the class list; if it cannot be used so, keep the message and what is shown."""
        if self.file is None:
            return
        self.columns = columns
        try:
            people = self.file.people(columns)
        except LearnsimError as error:
            self._refuse_file(str(error))
            return
        tried = (self._own if self.view.scene and self._own else self.playable).with_class_list(people)
        try:
            prepared = tried.prepared()
        except LearnsimError as error:
            self._refuse_file(page_sentence(str(error), tried))
            return
        self.file_error, self.file_words, self.people = "", words_of(prepared, self.file.left_out(people)), people
        self._start_with(tried)

    def close_file(self) -> None:
        """Start again with the people that there were before a class list was opened."""
        self._forget_file()
        if self._own:
            self._own = self._own.with_class_list(None)
        if self.playable.class_list:
            self._start_with(self.playable.with_class_list(None))
        else:
            self.chosen.value += 1

    def close(self) -> None:
        """Stop computing, and forget the class list."""
        self._computing.close()
        self._stepping.close()
        with self._models:
            _release(self.shown)
        self._forget_file()
        super().close()

    def _person(self) -> int:
        """Return the number of who is followed; an error if there is nobody of this id."""
        prepared = self.shown.prepared
        return self.view.number_in(prepared.roster.ids if prepared.roster else (), prepared.trainees)

    def _repeat(self, cancelled: Cancelled) -> None:
        """Compute the repetitions of what is shown; each change of a setting cancels that."""
        shown, replicates = self.shown, self.view.replicates
        try:
            bands = shown.bands(replicates, cancelled) if replicates else ""
        except LearnsimError as error:
            self._refuse(str(error))
            return
        if bands is not None and not cancelled():
            self.bands = bands
            self.show()

    def _start_with(self, page_settings: PageSettings) -> None:
        """Start again with other people; nobody is followed."""
        was_scene = bool(self.view.scene)
        self._leave()
        self.view = replace(self.view, person="")
        self.chosen.value += 1
        self.choose(page_settings, entry=was_scene)

    def _forget_file(self) -> None:
        self.file, self.columns, self.file_error, self.file_words, self.people = None, Columns(), "", [], None

    def _refuse_file(self, message: str) -> None:
        """Show why a class list cannot be used."""
        self.file_error = message
        self.chosen.value += 1

    def _refuse(self, message: str) -> None:
        self.error, self.busy = message, False
        self._changed()

    def _changed(self) -> None:  # the pictures do not wait for the many controls
        self.show()
        self.chosen.value += 1


def _same(one: PageSettings, other: PageSettings) -> bool:
    """Whether settings are the same, of the same class list: its arrays are not compared."""
    alike = replace(one, class_list=None) == replace(other, class_list=None)
    return alike and one.class_list is other.class_list


def _release(shown: Shown) -> None:
    """Release the live models of what was shown, if it had any."""
    if shown.live:
        shown.live.release()
