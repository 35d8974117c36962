"""The closed lists of the trade, each with its Chinese term in the translation."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    """How the appeal came in; the first letter stands in the order's number."""

    PHONE = "P", _("phone")
    WECHAT = "W", _("WeChat")
    APP = "A", _("app")
    WEB = "N", _("web")
    EMAIL = "E", _("e-mail")
    LETTER = "L", _("letter")
    WINDOW = "S", _("service window")
    TRANSFER = "T", _("transferred from elsewhere")


class Kind(TextChoices):
    QUESTION = "question", pgettext_lazy("kind", "question")
    HELP = "help", pgettext_lazy("kind", "help")
    COMPLAINT = "complaint", pgettext_lazy("kind", "complaint")
    REPORT = "report", pgettext_lazy("kind", "report")
    SUGGESTION = "suggestion", pgettext_lazy("kind", "suggestion")
    PRAISE = "praise", pgettext_lazy("kind", "praise")


class Urgency(TextChoices):
    NORMAL = "normal", _("normal")
    URGENT = "urgent", _("urgent")
    CRITICAL = "critical", _("critical")


class Status(TextChoices):
    """The order's own status (工单状态); each referral has one besides."""

    REGISTERED = "registered", _("registered")
    REFERRED = "referred", _("referred")
    ANSWERED = "answered", _("answered, to be reviewed")
    AWAITING_CALLBACK = "awaiting_callback", _("awaiting callback")
    DECIDING = "deciding", _("awaiting a decision")
    SHELVED = "shelved", _("shelved")
    MERGED = "merged", _("merged")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    INVALID = "invalid", _("invalid")


CLOSED_STATUSES = (Status.CLOSED, Status.DECLINED, Status.WITHDRAWN, Status.INVALID)
OPEN_STATUSES = tuple(status for status in Status if status not in CLOSED_STATUSES)


class Outcome(TextChoices):
    """What came of the matter (办理结果): apart from the state, and apart from the citizen's verdict."""

    SOLVED = "solved", _("solved")
    PARTLY = "partly", _("partly solved")
    EXPLAINED = "explained", _("explained, cannot be done")
    PLANNED = "planned", _("planned, done later")
    INFORMED = "informed", _("question answered")
    UNFOUNDED = "unfounded", _("checked, not as reported")


class Closing(TextChoices):
    """By which door the order was closed."""

    ON_THE_SPOT = "on_the_spot", _("answered on the spot")
    CALLED_BACK = "called_back", _("citizen called back")
    UNREACHABLE = "unreachable", _("citizen not reached")
    EXEMPT = "exempt", _("no callback needed")
    AS_EXPLAINED = "as_explained", _("closed as explained")
    EXCLUDED = "excluded", _("beyond duty or unreasonable")
    IMPORTED = "imported", _("closed where it came from")


class DeclineReason(TextChoices):
    """The nine grounds not to take an appeal on (不予受理)."""

    JURISDICTION = "jurisdiction", _("outside the city's jurisdiction")
    POLITICAL = "political", _("Party, congress, court or procuratorate matter")
    MILITARY = "military", _("military matter")
    EMERGENCY = "emergency", _("emergency: transferred to 110, 119, 120 or 122")
    PROCEEDINGS = ("proceedings", _("in litigation, arbitration, review, petition or disclosure"))
    HANDLED = "handled", _("same fact, already handled, nothing new")
    SECRET = "secret", _("state or trade secret")
    UNLAWFUL = "unlawful", _("unlawful, abusive or empty")
    OTHER = "other", _("other")


class ReturnReason(TextChoices):
    """Why a department asks to return a referral (退单理由)."""

    NOT_OUR_DUTY = "not_our_duty", _("not our duty")
    WRONG_AREA = "wrong_area", _("wrong area")
    UNCLEAR = "unclear", _("unclear ownership")
    OVERLAPPING = "overlapping", _("overlapping duty")
    INFORMATION = "information", _("not enough information")
    DUPLICATE = "duplicate", _("duplicate")
    OUT_OF_SCOPE = "out_of_scope", _("out of scope")


class Pool(TextChoices):
    """A desk of the hotline that holds work until somebody takes it."""

    DISPATCH = "dispatch", _("dispatch desk")
    REVIEW = "review", _("review desk")
    CALLBACK = "callback", _("callback desk")
    DECISION = "decision", _("decision desk")
    SUPERVISION = "supervision", _("supervision desk")


class StepKind(TextChoices):
    """What is owed next, by somebody, by a time."""

    REFER = "refer", _("answer or refer")
    SIGN = "sign", _("accept")
    CONTACT = "contact", _("first contact")
    ANSWER = "answer", _("answer")
    RULE_RETURN = "rule_return", _("rule on the return")
    RULE_EXTENSION = "rule_extension", _("rule on the extension")
    REVIEW = "review", _("review the answer")
    CALLBACK = "callback", _("call back")
    CLOSE_OUT = "close_out", _("complete the callback")
    DECIDE = "decide", _("decide on the result")
    SUPERVISE = "supervise", _("supervise")
    SHELF = "shelf", _("look at the shelved case")
    FOLLOW = "follow", _("follow the order merged into")
    CORRECT = "correct", _("correct the answer")


class Unit(TextChoices):
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    WORKING_HOURS = "working_hours", pgettext_lazy("unit", "working hours")
    WORKING_DAYS = "working_days", pgettext_lazy("unit", "working days")


class Erased(IntegerChoices):
    """How much of a closed order has gone because its time was over."""

    NOTHING = 0, _("nothing")
    CALLER = 1, _("caller")
    TEXTS = 2, _("texts")
