from muster.people.models import Pupil
from tests.world import World


def test_the_world_stands(world: World) -> None:
    assert Pupil.objects.count() == 3
