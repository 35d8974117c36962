"""GET /healthz: what works and what does not."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_health_names_the_parts_that_are_away(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"]["ok"]
    assert not answer.json()["beat"]["ok"]
