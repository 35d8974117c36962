"""What is kept of exports."""

from django.utils.translation import gettext_lazy as _

from oversight.models import Export
from staff.retention import Rule, enter

enter(Rule("exports", _("who has exported what"), Export.objects.all, "at", "at"))
