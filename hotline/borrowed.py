"""Words of packages that bring no Simplified Chinese for them, or none that speaks as the hotline does: marked here,
they are translated with our own."""

from django.utils.translation import gettext_noop, ngettext_lazy

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
    gettext_noop("Are you sure?"),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("You don’t have permission to view or edit anything."),
    gettext_noop("Your password was changed."),
    gettext_noop(
        "Please enter your old password, for security’s sake, and then enter your new password twice so we can verify "
        "you typed it in correctly."
    ),
    # Django's rules of passwords: theirs calls people 你, or has no Chinese since its words changed.
    gettext_noop("Your password can’t be too similar to your other personal information."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    gettext_noop("Your password can’t be entirely numeric."),
    gettext_noop("Enter the same password as before, for verification."),
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        10,
    ),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("This password is too common."),
    # django-filter, in the API's documentation.
    gettext_noop("%s (descending)"),
    gettext_noop("Multiple values may be separated by commas."),
    gettext_noop("Ordering"),
    gettext_noop("Range query expects two values."),
    # drf-spectacular.
    gettext_noop("No response body"),
    gettext_noop("Unspecified response body"),
)
