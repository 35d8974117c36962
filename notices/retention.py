"""What is kept of notices. They are added to as time goes, so the first are the oldest."""

from django.utils.translation import gettext_lazy as _

from notices.models import Notice
from staff.retention import Rule, enter

enter(Rule("notices", _("notices and how they left the house"), Notice.objects.all, "at", "pk"))
