"""The page with real people in a real browser: a class list is opened, people have names, and a plan is played."""

import json
import re
import tomllib
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpers.class_files import ANOTHER, LISTS
from helpers.page_server import serving
from helpers.shown_settings import PLAYER

FIRST = ["Ana", "Ben", "Carla", "Dov", "Eva", "Finn", "Gita", "Hugo", "Iris", "Jan", "Kim", "Leo"]
MOODLE = '"First name",Surname,"ID number",Department,"Email address"\n' + "".join(
    f"{name},Example,{9000 + i},{'Sales' if i % 2 else 'Operations'},{name}@example.org\n" for i, name in enumerate(FIRST)
)
HOSTILE = [
    "<img src=x onerror=window.pwned=1>",
    "\"'><script>window.pwned=1</script>",
    "{{ constructor.constructor('window.pwned=1')() }}",
    "שלום עולם",
    "\u202eevil\u202c",
    "👩‍🏫 Ada",
    "x" * 300,
    "&lt;b&gt;",
]
LIST = "#learnsim-list-"


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A server whose temporary files are in a folder of their own, which must stay empty of people."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(name, str(folder))
        with serving() as (address, _):
            yield address
    for file in folder.rglob("*"):
        assert not file.is_file() or b"Example" not in file.read_bytes()


@contextmanager
def opened(chromium, watched, address, height=1300):
    with watched(chromium.new_page(viewport={"width": 1400, "height": height}), address) as page:
        page.goto(address)
        page.wait_for_selector(".learnsim-side canvas >> nth=1")
        page.wait_for_function("location.search.includes('left=')")
        yield page


def use(page, content, name="class.csv"):
    """Open a class list by its button, as a person does."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Use a class list").click()
    chooser.value.set_files({"name": name, "mimeType": "text/plain", "buffer": content.encode() if isinstance(content, str) else content})


def read(page, words):
    page.wait_for_selector(f".learnsim-list [role=status] >> text={words}")
    page.wait_for_function(f"{PLAYER}.record.names")
    page.wait_for_selector(".learnsim-waiting", state="detached")


def refused(page):
    return page.wait_for_selector(".learnsim-list [role=alert]").inner_text()


def hovered(page, side):
    """Point at the first person of a picture; return the text beside the pointer in it."""
    page.locator("canvas").nth(side).scroll_into_view_if_needed()
    box = page.locator("canvas").nth(side).bounding_box()
    x, y = page.evaluate(f"side => {{ const picture = {PLAYER}.pictures[side]; return [picture.x[0], picture.y[0]]; }}", side)
    page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    tip = page.locator(".learnsim-tip").nth(side)
    tip.wait_for()
    return tip.inner_text()


def follow(page, text):
    field = page.get_by_label("follow:")
    field.fill(text)
    field.press("Enter")
    return field


def described(page, words):
    """Wait until the first picture is described so."""
    page.wait_for_function("words => document.querySelector('canvas').ariaLabel?.includes(words)", arg=words)


def test_a_moodle_export_is_used_as_it_comes(chromium, watched, plain):
    """People have names in both pictures; columns can be chosen, and the number of people is not to be changed."""
    with opened(chromium, watched, plain) as page:
        use(page, MOODLE)
        read(page, "class.csv: 12 people; 6 in Operations, 6 in Sales")
        read(page, "Left out: 'Email address'")
        assert [page.input_value(LIST + key) for key in ("id", "name", "second", "community", "label")] == [
            "ID number", "First name", "Surname", "Department", "",
        ]  # fmt: skip
        for side in (0, 1):
            text = hovered(page, side)
            assert re.fullmatch(r"(\w+) Example, (Sales|Operations)(, cell 1 of 1)?(, learning officer)?: \d+ of 100 points", text)
            assert text.split()[0] in FIRST
            assert page.locator(".learnsim-hubs").nth(side).locator("span").all_inner_texts() == ["Operations", "Sales"]
        described(page, "12 trainees in 2 cells of 2 communities (Operations, Sales)")
        page.get_by_role("button", name="more: everything else").click()
        assert page.locator("[id='learnsim-organisation.trainees']").is_disabled()
        assert page.locator("[id='learnsim-organisation.communities']").is_disabled()
        page.select_option(LIST + "label", "Email address")
        page.wait_for_function("!document.querySelector('.learnsim-list').innerText.includes('Left out')")
        page.wait_for_function(f"{PLAYER}.record.names[0].includes('@example.org')")
        page.mouse.move(2, 2)
        assert "@example.org, " in hovered(page, 0)


def test_somebody_is_followed_by_name_and_met_by_name(chromium, watched, plain):
    with opened(chromium, watched, plain) as page:
        use(page, MOODLE)
        read(page, "12 people")
        assert page.locator(".learnsim-follow option").count() == 12
        follow(page, "Nobody")
        page.wait_for_selector(".learnsim-follow [role=alert] >> text=Nobody, or more than one person, is called “Nobody”; choose from the list.")
        field = follow(page, "eva example")
        page.wait_for_selector(".learnsim-trainee h2 >> text=Eva Example")
        page.get_by_role("button", name="Cycle").click()
        page.wait_for_function("document.querySelector('.learnsim-clock').innerText.startsWith('session 10 of')")
        side = page.locator(".learnsim-trainee .learnsim-arm-0")
        met = side.get_by_text(re.compile("Has been in a cell with 5 people so far: ")).inner_text()
        named = [name.split()[0] for name in met.partition(": ")[2].split(", ")]
        assert len({*named} - {"Eva"}) == 5 and {*named} <= set(FIRST)
        assert side.locator("h3").inner_text() == "hybrid"
        assert side.get_by_text(re.compile("^Operations, cell 1 of 1(, learning officer)?$")).is_visible()
        assert field.input_value() == "eva example"
        page.get_by_role("button", name="Close").click()
        page.wait_for_selector(".learnsim-trainee", state="detached")
        assert field.input_value() == ""


@pytest.mark.thorough
def test_a_wrong_file_is_a_sentence_beside_the_button(chromium, watched, plain):
    with opened(chromium, watched, plain) as page:
        for content, name, sentence in (
            (b"", "a.csv", "a.csv: is empty; a class list has a name per line, or a table with its column names. The page stays as it was."),
            (bytes(range(256)) * 9, "b.txt", "b.txt: is neither UTF-8 nor Windows-1252 text"),
            (b"PK\3\4", "c.xlsx", "c.xlsx: begins like an Excel workbook, but cannot be opened"),
            ('[experiment]\nname = "x"\n', "f.toml", "f.toml: is an experiment file, not a class list; start learnsim viz f.toml with it"),
            ("cycle,community,cell,person\n1,x,1,A\n", "g.csv", "g.csv: is a plan of learnsim plan, not a class list; to see it, start"),
            (b"x" * 5_000_001, "d.csv", "d.csv: has 5.1 MB, and 5 MB is the most on the page"),
            ("id,learning_speed\nA,7\n", "e.csv", "e.csv: line 2, column learning_speed: '7' must be a number from 0 to 1"),
        ):
            use(page, content, name)
            page.wait_for_selector(f".learnsim-list [role=alert] >> text={name}:")
            assert refused(page).startswith(sentence)
            assert "Traceback" not in page.inner_text("body")
            described(page, "240 trainees")
        use(page, MOODLE)  # after e.csv, whose columns were offered
        read(page, "12 people")
        page.select_option(LIST + "id", "Department")
        assert refused(page).startswith("class.csv: the column 'Department' was chosen twice")
        page.select_option(LIST + "community", "(none)")
        page.wait_for_function("document.querySelector('.learnsim-list [role=alert]').innerText.includes('stands on line')")
        page.select_option(LIST + "id", "(none)")
        read(page, "class.csv: 12 people")
        page.get_by_role("button", name="Without the class list").click()
        described(page, "240 trainees")


@pytest.mark.thorough
def test_a_list_of_nearly_five_megabytes_goes_through(chromium, watched, plain):
    with opened(chromium, watched, plain) as page:
        use(page, "id,name\n" + "".join(f"{i},{'y' * 960} {i}\n" for i in range(5000)))
        read(page, "class.csv: 5,000 people")
        assert re.fullmatch(r"cell 1 of 833, [67] people, on average \d+ of 100 points", hovered(page, 0))


def test_hostile_names_are_text_and_nothing_else(chromium, watched, plain):
    rows = "".join('{},"{}","{}"\n'.format(i, name.replace('"', '""'), f"<b>{i % 2}</b>") for i, name in enumerate(HOSTILE))
    with opened(chromium, watched, plain) as page:
        use(page, "id,name,community\n" + rows, "<img src=x onerror=window.pwned=1>.csv")
        read(page, "8 people")
        people = page.evaluate(f"{PLAYER}.record.names")
        assert len(people) == 8
        hovered(page, 0)
        for number, name in enumerate(HOSTILE):
            follow(page, str(number + 1))
            page.wait_for_function(f"document.querySelector('.learnsim-trainee h2')?.innerText === {json.dumps(people[number])}")
            assert people[number].strip("\u2068\u2069") == name.strip("\u202e\u202c") or number == 6
            page.locator("canvas").first.focus()
            page.keyboard.press("Enter")
            tip = page.locator(".learnsim-tip").first
            tip.wait_for()
            box, picture = tip.bounding_box(), page.locator(".learnsim-organisation").first.bounding_box()
            assert box["x"] >= picture["x"] - 1 and box["x"] + box["width"] <= picture["x"] + picture["width"] + 1
            assert tip.inner_text().startswith(people[number])
            page.keyboard.press("Tab")
        page.get_by_role("button", name="Cycle").click()
        page.wait_for_function("document.querySelector('.learnsim-clock').innerText.startsWith('session 10 of')")
        assert page.evaluate("window.pwned") is None
        assert page.locator(".learnsim-page img, .learnsim-page script, .learnsim-page b").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_saved_page_says_that_the_class_list_must_lie_beside_it(chromium, watched, plain):
    with opened(chromium, watched, plain) as page:
        use(page, MOODLE)
        read(page, "12 people")
        page.get_by_text("The class list class.csv must lie beside the saved file, which names it.").wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as TOML").click()
        text = Path(download.value.path()).read_text(encoding="utf-8")
        assert "The class list class.csv must lie beside it." in text and "Eva" not in text
        saved = tomllib.loads(text)
        assert saved["organisation"]["roster"] == "class.csv" and saved["roster"]["ignore"] == "others"


def test_another_tab_has_people_of_its_own(chromium, watched, plain):
    with opened(chromium, watched, plain) as page, opened(chromium, watched, plain) as other:
        use(page, MOODLE)
        read(page, "12 people")
        other.get_by_role("button", name="Step", exact=True).click()
        other.wait_for_function("document.querySelector('.learnsim-clock').innerText.startsWith('session 1 of')")
        described(other, "240 trainees")
        assert "Eva" not in other.content()


def test_everything_of_a_class_list_has_a_label_and_is_reached_by_tab(chromium, watched, plain):
    with opened(chromium, watched, plain) as page:
        use(page, MOODLE)
        read(page, "12 people")
        for label in ("id of each person", "name, or first part of it", "second part of the name", "community", "label to show beside the name"):
            assert page.get_by_label(label, exact=True).count() == 1
        assert page.locator("input[type=file]").get_attribute("aria-label") == "Use a class list"
        page.get_by_role("button", name="Use a class list").focus()
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.innerText.trim()"))
        columns = [f"learnsim-list-{key}" for key in ("id", "name", "second", "community", "label")]
        assert reached[:7] == ["or paste a list", *columns, "WITHOUT THE CLASS LIST"]


@pytest.mark.thorough
def test_viz_shows_a_plan_from_its_folder(chromium, watched, tmp_path):
    folder = tmp_path / "plans" / "course"
    folder.mkdir(parents=True)
    (folder / "roster.csv").write_text(
        "id,name,community,Team\n" + "".join(f"P{i},{name},{'north' if i % 2 else 'south'},{'Lab' if i < 6 else 'Ops'}\n" for i, name in enumerate(FIRST))
    )
    seats = [f"{cycle},{'north' if i % 2 else 'south'},{1 + (i // 2 + cycle * (i // 6)) % 2},P{i}" for cycle in (1, 2) for i in range(12)]
    (folder / "plan.csv").write_text("cycle,community,cell,person\n" + "\n".join(seats) + "\n")
    (folder / "plan.toml").write_text(
        '[organisation]\nroster = "roster.csv"\nplan = "plan.csv"\nformation = "given"\ncycle_length = 3\n[roster]\nlabels = ["Team"]\n'
        '[training]\nsessions = 6\n[arms.plan]\npreset = "hybrid"\nshuffle = "plan"\n[arms.random]\npreset = "hybrid"\n'
        '[arms.flat-lecture]\npreset = "flat-lecture"\n'
    )
    with serving(str(folder)) as (address, _), opened(chromium, watched, address) as page:
        assert page.input_value("#learnsim-left") == "plan" and page.input_value("#learnsim-right") == "flat-lecture"
        assert page.input_value("[id='learnsim-left.shuffle']") == "plan"
        assert re.fullmatch(r"\w+, (Lab|Ops), (north|south), cell [12] of 2(, learning officer)?: \d+ of 100 points", hovered(page, 0))
        follow(page, "Hugo")
        side = page.locator(".learnsim-trainee .learnsim-arm-0")
        side.get_by_text(re.compile("^north, cell 1 of 2")).wait_for()
        page.get_by_role("button", name="Cycle").click()
        page.wait_for_function("document.querySelector('.learnsim-clock').innerText.startsWith('session 3 of')")
        page.get_by_role("button", name="Step", exact=True).click()
        side.get_by_text(re.compile("^north, cell 2 of 2")).wait_for()  # as plan.csv says
        use(page, MOODLE)  # other people, for whom there is no plan
        read(page, "12 people")
        page.wait_for_function("![...document.getElementById('learnsim-left.shuffle').options].some(({ value }) => value === 'plan')")


@pytest.mark.thorough
def test_files_of_all_kinds_are_people_or_a_sentence_on_the_page(chromium, watched, plain):
    with opened(chromium, watched, plain) as page:
        for name, (content, count) in LISTS.items():
            use(page, content, name)
            page.wait_for_selector(f".learnsim-list [role=status] >> text={name}: {count} people")
        for name, (content, sentence) in ANOTHER.items():
            use(page, content, name)
            page.wait_for_selector(f".learnsim-list [role=alert] >> text={name}: {sentence}")
        assert "Traceback" not in page.inner_text("body")


def test_what_was_read_is_german_on_a_german_page(chromium, watched, plain):
    with opened(chromium, watched, plain) as page:
        page.select_option(".learnsim-language", "de")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Teilnehmerliste verwenden").click()
        chooser.value.set_files({"name": "names.txt", "mimeType": "text/plain", "buffer": b"Kim\nLee\nKim\n"})
        page.wait_for_selector(".learnsim-list [role=status] >> text=names.txt: 3 Personen")
        page.wait_for_selector("text=sie sind in der Reihenfolge der Zeilen nummeriert ('Kim 1', 'Kim 2')")
        page.wait_for_function(f"{PLAYER}.record.names?.join() === 'Kim 1,Kim 2,Lee'")
        assert page.locator(".learnsim-list [role=status] [lang=en]").count() == 0
