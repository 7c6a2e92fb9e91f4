"""People: traits follow their distributions, rosters are taken at their word, novices are new."""

import numpy as np
import pytest
from scipy import stats

from learnsim.chance import Chance
from learnsim.errors import SettingsError
from learnsim.people import draw_novices, draw_people, load_roster, read_roster
from learnsim.people.quantiles import beta_quantile, gamma_quantile, trait_values
from learnsim.settings import Settings
from learnsim.settings.traits import Beta, Constant, Lognormal, Uniform

LUCK = np.concatenate([[0.0, 1e-12, 1 - 2**-53], np.linspace(0.0001, 0.9999, 5000)])


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 0.2), (0.6, 0.2), (0.7, 0.15), (0.5, 0.45), (0.02, 0.01), (0.95, 0.1)])
def test_a_beta_trait_is_the_beta_quantile_of_its_mean_and_sd(mean, sd):
    trait = Beta(distribution="beta", mean=mean, sd=sd)
    values, _ = trait_values(trait, LUCK)
    law = stats.beta(*trait.shape)
    assert law.mean() == pytest.approx(mean) and law.std() == pytest.approx(sd)
    assert np.abs(values - law.ppf(LUCK)).max() < 1e-8
    assert (np.diff(values[3:]) >= 0.0).all()


@pytest.mark.parametrize("shape", [0.05, 0.5, 1.0, 7.0])
def test_the_gamma_quantile_is_scipys(shape):
    assert np.allclose(gamma_quantile(shape)(LUCK), stats.gamma(shape).ppf(LUCK), rtol=1e-8, atol=1e-8)


def test_a_quantile_of_many_shapes_is_computed_where_the_table_would_not_do():
    assert beta_quantile(0.01, 0.01).value is None
    assert beta_quantile(2.0, 2.0).value is not None


def test_the_other_traits_are_what_they_say():
    assert (trait_values(Constant(distribution="constant", value=0.3), LUCK)[0] == 0.3).all()
    assert (trait_values(Beta(distribution="beta", mean=1.0, sd=0.0), LUCK)[0] == 1.0).all()
    uniform, _ = trait_values(Uniform(distribution="uniform", low=0.2, high=0.6), LUCK)
    assert np.allclose(uniform, 0.2 + 0.4 * LUCK)
    lognormal, clipped = trait_values(Lognormal(distribution="lognormal", mean=0.5, cv=0.8), LUCK[3:])
    law = stats.lognorm(np.sqrt(np.log1p(0.64)), scale=0.5 / np.sqrt(1.64))
    assert np.allclose(lognormal, np.minimum(law.ppf(LUCK[3:]), 1.0))
    assert clipped == (law.ppf(LUCK[3:]) > 1.0).sum() > 0


def test_drawn_people_have_interests_with_maximum_one_and_mastery_as_the_prior_says():
    settings = Settings().changed({"organisation.trainees": 4000})
    people = draw_people(settings, Chance(1, 0), None)
    assert (people.interest.max(axis=1) == 1.0).all()
    known = people.mastery >= 0.5
    assert abs(known.mean() - 0.15) < 4 * (0.15 * 0.85 / known.size) ** 0.5
    assert (people.mastery[~known] <= 0.05).all()
    for name, (mean, sd) in {"learning_speed": (0.5, 0.2), "sociability": (0.6, 0.2), "helpfulness": (0.7, 0.15)}.items():
        values = getattr(people, name)
        assert abs(values.mean() - mean) < 4 * sd / 4000**0.5


def test_expertise_by_person_is_all_items_or_none():
    settings = Settings().changed({"prior.by": "person"})
    known = draw_people(settings, Chance(1, 0), None).mastery >= 0.5
    assert (known.all(axis=1) | ~known.any(axis=1)).all()


def test_a_trainee_is_the_same_however_many_others_there_are():
    few, many = (draw_people(Settings().changed({"organisation.trainees": n}), Chance(3, 2), None) for n in (10, 500))
    assert (few.mastery == many.mastery[:10]).all() and (few.interest == many.interest[:10]).all()
    assert (few.learning_speed == many.learning_speed[:10]).all()


def test_novices_are_new_people_and_nobody_else_changes():
    settings = Settings()
    people = draw_people(settings, Chance(1, 0), None)
    before = people.copy()
    who = np.array([3, 17, 18])
    draw_novices(people, who, 10, settings, Chance(1, 0))
    others = np.setdiff1d(np.arange(240), who)
    assert (people.learning_speed[who] != before.learning_speed[who]).all()
    assert (people.mastery[others] == before.mastery[others]).all()
    assert (people.interest[others] == before.interest[others]).all()


def roster_of(tmp_path, text, **changes):
    (tmp_path / "people.csv").write_text(text)
    return Settings().changed({"organisation.roster": str(tmp_path / "people.csv"), **changes})


def test_a_roster_gives_what_it_has_and_the_rest_is_drawn(tmp_path):
    text = "id,interest_a,interest_b,speed\nann,0.2,0.4,0.9\nbob,1,0,0.1\ncy,0.5,0.5,0.3\n"
    settings = roster_of(tmp_path, text, **{"organisation.communities": 2})
    people = draw_people(settings, Chance(1, 0), load_roster(settings))
    assert people.learning_speed.tolist() == [0.9, 0.1, 0.3]
    assert people.interest.tolist() == [[0.5, 1.0], [1.0, 0.0], [1.0, 1.0]]
    drawn = draw_people(Settings().changed({"organisation.trainees": 3, "organisation.communities": 2}), Chance(1, 0), None)
    assert (people.helpfulness == drawn.helpfulness).all()


BAD = {
    "": "is empty",
    "id\n": "no people",
    "name\na\n": "column 'name' is not known",
    "speed\n0.1\n": "has no column id",
    "id,id\na,b\n": "names column 'id' twice",
    "id,speed,learning_speed\na,1,1\n": "both speed and learning_speed",
    "id,speed\na,0.5\nb,nan\n": "line 3, column speed: 'nan' must be a number from 0 to 1",
    "id,speed\na,1.5\n": "line 2, column speed: '1.5'",
    "id,sociability\na,\n": "line 2, column sociability: ''",
    "id,speed\na\n": "line 2 has 1 cells, the header has 2",
    "id,speed\na,1\na,1\n": "line 3, column id: 'a' stands on line 2 already",
    "id\n\na,b\n": "line 3 has 2 cells",
    "id,interest_1\na,0\n": "line 2: all interests are 0",
    "id,community\na,\n": "line 2, column community: is empty",
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_roster_names_line_and_column(tmp_path, text):
    (tmp_path / "people.csv").write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_roster(tmp_path / "people.csv")
    assert BAD[text] in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"organisation.trainees": 5}, "trainees = 5, but"),
        ({"organisation.communities": 3}, "2 people cannot fill communities = 3"),
        ({"organisation.communities": 1, "organisation.formation": "given"}, "names 2 communities"),
    ],
)
def test_a_roster_that_contradicts_the_settings_is_refused(tmp_path, changes, said):
    settings = roster_of(tmp_path, "id,community\na,x\nb,y\n", **{"organisation.communities": 2, **changes})
    with pytest.raises(SettingsError, match=said):
        load_roster(settings)
