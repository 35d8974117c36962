"""Words of packages that bring no Simplified Chinese for them: marked here, they are translated with our own."""

from django.utils.translation import gettext_noop

WORDS = (
    # Django: the suffix of a form's labels, then the admin's.
    gettext_noop(":"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Model name"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("If disabled, the current password for this user will be lost."),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able "
        "to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    # django-filter, in the API's documentation.
    gettext_noop("%s (descending)"),
    gettext_noop("Multiple values may be separated by commas."),
    gettext_noop("Ordering"),
    gettext_noop("Range query expects two values."),
    # drf-spectacular.
    gettext_noop("No response body"),
    gettext_noop("Unspecified response body"),
)
