"""What is found out once is an attribute afterwards; each instance has its own."""

from lib.once import once


class Thing:
    def __init__(self, answer: str):
        self.answer, self.asked = answer, 0

    @once
    def found(self) -> str:
        """What was found."""
        self.asked += 1
        return self.answer


def test_it_is_found_out_once_for_each() -> None:
    one, other = Thing("가"), Thing("나")
    assert [one.found, one.found, other.found] == ["가", "가", "나"]
    assert (one.asked, other.asked) == (1, 1)


def test_it_can_be_known_before() -> None:
    thing = Thing("가")
    thing.found = "다"
    assert (thing.found, thing.asked) == ("다", 0)


def test_the_class_shows_what_it_is() -> None:
    assert Thing.found.__doc__ == "What was found."
