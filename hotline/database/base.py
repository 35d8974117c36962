"""Whether a kept connection still lives, without a statement of its own for each request."""

import select

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_IDLE


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that went away has said so on the wire: where nothing waits to be read, the connection is as it was.

    Anything unread (a farewell, a notice, a ticket of the encryption) and a transaction left open are settled by
    Django's own question.
    """

    def is_usable(self) -> bool:
        """Asked by Django once in each request that uses a connection of an earlier one."""
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            return super().is_usable()
        spoken = select.poll()
        spoken.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return not spoken.poll(0) or super().is_usable()
