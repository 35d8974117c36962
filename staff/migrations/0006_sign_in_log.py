"""Who signed in, from where, and what failed. It is added to, never changed, and not rubbed out for half a year."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# 网络安全法 has logs kept for six months at least; what is older may be forgotten, cut by date.
GUARD = """
CREATE FUNCTION staff_keep_sign_in_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the sign-in log is added to, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER sign_in_log_is_kept BEFORE UPDATE OR DELETE ON staff_signinentry
    FOR EACH ROW EXECUTE FUNCTION staff_keep_sign_in_log();
CREATE TRIGGER sign_in_log_is_never_emptied BEFORE TRUNCATE ON staff_signinentry
    FOR EACH STATEMENT EXECUTE FUNCTION staff_keep_sign_in_log();
"""
UNDO = """
DROP TRIGGER sign_in_log_is_kept ON staff_signinentry;
DROP TRIGGER sign_in_log_is_never_emptied ON staff_signinentry;
DROP FUNCTION staff_keep_sign_in_log();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0005_sessions_end_at_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("in", "signed in"),
                            ("out", "signed out"),
                            ("ended", "sessions ended"),
                            ("password", "wrong password"),
                            ("code", "wrong code"),
                            ("proof", "failed to turn the second factor off"),
                            ("held", "held back"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                (
                    "factor",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("password", "password"),
                            ("app", "password and code"),
                            ("recovery", "password and recovery code"),
                        ],
                        max_length=8,
                        verbose_name="by",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, help_text="Of IPv6 the /64.", max_length=45, verbose_name="network address"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_in_log",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the sign-in log",
                "verbose_name_plural": "sign-in log",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["at", "id"], name="sign_in_log_at"),
                    models.Index(fields=["person", "at", "id"], name="sign_in_log_of_person"),
                    models.Index(
                        condition=models.Q(("what__in", ("password", "code", "proof", "held"))),
                        fields=["at", "id"],
                        name="sign_in_log_failures",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
