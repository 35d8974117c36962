"""What is kept of drafts."""

from django.utils.translation import gettext_lazy as _

from desk.models import Draft
from staff.retention import Rule, enter

enter(Rule("drafts", _("drafts nobody took up again"), Draft.objects.all, "saved_at", "saved_at"))
