"""What an order can be found by when somebody searches for words."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from workorders.models.order import WorkOrder


class Wording(models.Model):
    """诉求全文: title, text and address of one order, a line each, in capitals.

    The database writes it whenever the order's are written (`orders_leave_their_wording`), so that a set-based load
    is found like any other. It stands apart from the order because an order moves some twenty times in its life and
    its words hardly ever: an index on the order itself would be written anew with every move.

    `workorders_grams` gives every character of a text and every two that stand side by side, as numbers: in Chinese
    one or two characters are a word, and the index by grams finds them and whatever is made of them.
    """

    order = models.OneToOneField(WorkOrder, models.CASCADE, primary_key=True, related_name="wording")
    text = models.TextField()

    class Meta:
        indexes = [
            # An order has some five hundred grams, and each has its place in the index: to enter an order by itself
            # takes twenty times as long as to write it. So they wait in a list, which every search reads too, and the
            # clock enters them together; only a list of four megabytes would make a saver enter it himself.
            GinIndex(
                models.Func("text", function="workorders_grams"), name="wording_by_gram", gin_pending_list_limit=4096
            )
        ]

    def __str__(self) -> str:
        return self.text.partition("\n")[0]
