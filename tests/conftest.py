"""What holds for every test: none is about how long something takes on this machine."""

from hypothesis import HealthCheck, settings

settings.register_profile("plumbline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("plumbline")
