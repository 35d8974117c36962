"""What always holds in the whole house: the closure guarantee (闭环) as one table of promises.

Each promise is a query for what breaks it: the order's number and why. A promise about statuses takes them from the
law (`workorders.workflow`, `referrals.workflow`), never from a copy of it: see `parameters`. `%(due)s` is the moment
before which everything due has been seen to: the time of the audit less the grace.
"""

from oversight.promises.clock import CLOCK
from oversight.promises.holding import HOLDING, LIMITS
from oversight.promises.law import Promise, parameters
from oversight.promises.parts import PARTS
from oversight.promises.rounds import CALLBACKS, TOGETHER
from oversight.promises.timeline import TIMELINE

PROMISES = (*HOLDING, *CLOCK, *PARTS, *CALLBACKS, *TOGETHER, *TIMELINE, *LIMITS)

__all__ = ["CLOCK", "PROMISES", "Promise", "parameters"]
