from chalicelib.imaging.sniff import sniff
from tests.faults.draw_mutants import broken_promises, draw_mutants
from tests.faults.mutants import mutant, sound_files
from tests.imaging.pictures import drawing_of

COUNT = 2000


def test_every_sound_file_is_drawn():
    for name, data in sound_files().items():
        found = sniff(data)

        assert found is not None, name
        assert not drawing_of(data).damaged, name


def test_mutants_are_the_same_every_time_and_not_what_they_were():
    mutants = [mutant(1, number) for number in range(200)]

    assert mutants == [mutant(1, number) for number in range(200)]
    assert sum(made.data != sound_files()[made.name] for made in mutants) > 190


def test_a_mutated_picture_is_drawn_or_refused_quickly_in_little_memory_and_kills_nobody():
    (report,) = draw_mutants(seed=1, count=COUNT, processes=1)

    assert sum(report["outcomes"].values()) == COUNT
    assert broken_promises(report) == []
