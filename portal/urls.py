"""The one place that knows every app's addresses."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.decorators.http import require_safe

from portal.accounts import administration, forgotten, own, passkeys, single_sign_on, token_pages
from portal.accounts import views as accounts
from portal.desk import messages, public, searching
from portal.desk import views as home
from portal.desk.bounce_hook import bounce_hook
from portal.exports import views as exports
from portal.files import views as files
from portal.guidance import views as guidance
from portal.opendata import api as opendata
from portal.opendata import wellknown
from portal.opendata.bulk import bulk_file
from portal.pages import errors
from portal.pages.typed import session_state
from portal.trail import views as audit_log
from portal.workdays import views as calendar


@login_not_required
@require_safe
def favicon(request):
    """Browsers and letter readers ask for it here without having read a page."""
    return redirect(static("favicon.ico"))


urlpatterns = [
    path("", home.home, name="home"),
    path("desk/", home.desk, name="desk"),
    path("favicon.ico", favicon, name="favicon"),
    path("login/", accounts.Login.as_view(), name="login"),
    path("session/", session_state, name="session"),
    path("login/sso/", single_sign_on.Begin.as_view(), name="single_sign_on"),
    path("login/sso/callback/", single_sign_on.Callback.as_view(), name="single_sign_on_callback"),
    path("login/second/", own.second_step, name="second_step"),
    path("login/enrol/", own.enrol, name="enrol"),
    path("account/", own.own_account, name="own_account"),
    path("account/sessions/<int:pk>/end/", own.end_session, name="session_end"),
    path("account/tokens/", token_pages.issue_token, name="token_issue"),
    path("account/tokens/<int:pk>/end/", token_pages.end_token, name="token_end"),
    path("account/prove/", own.prove, name="prove"),
    path("account/recovery-codes/", own.recovery_codes, name="recovery_codes"),
    path("account/passkeys/<int:pk>/remove/", own.remove_passkey, name="passkey_remove"),
    path("passkeys/add/begin/", passkeys.begin_adding, name="passkey_add_begin"),
    path("passkeys/add/complete/", passkeys.complete_adding, name="passkey_add_complete"),
    path("passkeys/prove/begin/", passkeys.begin_proving, name="passkey_prove_begin"),
    path("passkeys/prove/complete/", passkeys.complete_proving, name="passkey_prove_complete"),
    path("logout/", accounts.logout, name="logout"),
    path("password/", accounts.ChangePassword.as_view(), name="password_change"),
    path("password/forgotten/", forgotten.forgotten, name="password_forgotten"),
    path("password/reset/<uidb64>/<token>/", forgotten.ResetPassword.as_view(), name="password_reset"),
    path("elder/", public.elder_toggle, name="elder_toggle"),
    path("site-map/", public.site_map, name="site_map"),
    path("search/", searching.search, name="search"),
    path("regulation/", guidance.regulation, name="regulation"),
    path("policies/", guidance.policies, name="policies"),
    path("help/", guidance.help_page, name="help"),
    path("contacts/", public.contacts, name="contacts"),
    path("mail/bounces/", bounce_hook, name="bounce_hook"),
    path("notifications/", messages.inbox, name="notifications"),
    path("notifications/<int:pk>/", messages.open_message, name="notification_open"),
    path("notifications/read-all/", messages.read_all, name="notifications_read_all"),
    path("files/<uuid:pk>/", files.download, name="file_download"),
    path("files/<uuid:pk>/image/", files.image, name="file_image"),
    path("files/<uuid:pk>/pages/<int:number>/", files.page, name="file_page"),
    path("exports/", exports.export_list, name="export_list"),
    path("robots.txt", wellknown.robots, name="robots"),
    path("sitemap.xml", wellknown.sitemap, name="sitemap"),
    path(".well-known/security.txt", wellknown.security, name="security_txt"),
    path("open-data/", opendata.about, name="open_data"),
    path("api/v1/bulk/<slug:name>.jsonl.gz", bulk_file, name="bulk_file"),
    path("api/v1/", include(opendata.urlpatterns())),
    path("calendar/public.ics", wellknown.public_calendar, name="public_calendar"),
    path("calendar/own/<str:token>.ics", wellknown.calendar_feed, name="calendar_feed"),
    path("desk/deadlines.ics", wellknown.own_calendar, name="own_calendar"),
    path("calendar/", calendar.years, name="calendar_years"),
    path("calendar/<int:year>/", calendar.year, name="calendar_year"),
    path("calendar/<int:year>/enter/", calendar.enter, name="calendar_enter"),
    path("accounts/", administration.account_list, name="account_list"),
    path("accounts/requests/<uuid:pk>/", administration.request_detail, name="account_request"),
    path("accounts/new/", administration.create, name="account_create"),
    path("accounts/<uuid:pk>/", administration.edit, name="account_edit"),
    path("operations/", include("portal.operations.urls")),
    path("log/", include("portal.trail.log_urls")),
    path("audit/", audit_log.desk, name="audit_desk"),
    path("audit/events/", audit_log.events, name="audit_events"),
    path("audit/access/", audit_log.access, name="audit_access"),
    path("audit/verify/", audit_log.verify, name="audit_verify"),
    path("interpretations/new/", guidance.issue_interpretation, name="interpretation_issue"),
    path("bulk/", include("portal.bulk.urls")),
    path("signoffs/", include("portal.signoffs.urls")),
    path("", include("platforms.urls")),
    path("", include("applications.urls")),
    path("", include("review.urls")),
    *([path("", include("training.urls"))] if apps.is_installed("training") else []),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
