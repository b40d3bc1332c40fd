from django.urls import path

from applications.filing import opening
from applications.filing import submission_pages as submission
from applications.filing import views as filing
from applications.materials import upload_pages as uploads
from applications.materials import views as materials
from applications.materials.together import upload_together
from applications.report import offline_pages
from applications.report import views as report
from applications.rosters import views as rosters

urlpatterns = [
    path("my/", filing.home, name="applicant_home"),
    path("my/platforms/<uuid:pk>/open_dossier/", opening.open_page, name="dossier_open"),
    path("my/dossiers/<uuid:pk>/", filing.tasks, name="dossier_tasks"),
    path("my/dossiers/<uuid:pk>/hand_over/", submission.hand_over_page, name="dossier_hand_over"),
    path("my/dossiers/<uuid:pk>/withdraw/", filing.Withdraw.as_view(), name="dossier_withdraw"),
    path("my/dossiers/<uuid:pk>/take_over/", submission.take_over, name="dossier_take_over"),
    path("my/dossiers/<uuid:pk>/check/", submission.check, name="dossier_check"),
    path("my/dossiers/<uuid:pk>/changes/", submission.own_changes, name="own_changes"),
    path("my/dossiers/<uuid:pk>/three-years.docx", report.three_years, name="three_years_draft"),
    path("my/dossiers/<uuid:pk>/files/", upload_together, name="upload_together"),
    path("my/dossiers/<uuid:pk>/report.docx", offline_pages.offline_docx, name="report_offline_docx"),
    path("my/dossiers/<uuid:pk>/offline/", offline_pages.offline, name="report_offline"),
    path("my/dossiers/<uuid:pk>/report/", report.sections, name="report_sections"),
    path("my/dossiers/<uuid:pk>/report/<slug:code>/", report.section, name="report_section"),
    path("my/dossiers/<uuid:pk>/materials/<slug:code>/", materials.material, name="material"),
    path("my/dossiers/<uuid:pk>/materials/<slug:code>/fields/", materials.fields, name="material_fields"),
    path("my/dossiers/<uuid:pk>/materials/<slug:code>/none/", materials.none, name="material_none"),
    path("my/dossiers/<uuid:pk>/materials/<slug:code>/marked/", rosters.marked, name="material_marked"),
    path("my/dossiers/<uuid:pk>/materials/<slug:code>/mend/", rosters.mend, name="material_mend"),
    path(
        "my/dossiers/<uuid:pk>/materials/<slug:code>/template.xlsx",
        rosters.material_template,
        name="material_template",
    ),
    path(
        "my/dossiers/<uuid:pk>/materials/<slug:code>/<uuid:entry>/remove/",
        materials.remove,
        name="material_remove",
    ),
    path("my/dossiers/<uuid:pk>/materials/<slug:code>/uploads/", uploads.begin, name="upload_begin"),
    path(
        "my/dossiers/<uuid:pk>/materials/<slug:code>/uploads/<uuid:upload>/",
        uploads.piece,
        name="upload_piece",
    ),
    path(
        "my/dossiers/<uuid:pk>/materials/<slug:code>/uploads/<uuid:upload>/finish/",
        uploads.finish,
        name="upload_finish",
    ),
    path(
        "my/dossiers/<uuid:pk>/materials/<slug:code>/uploads/<uuid:upload>/give_up/",
        uploads.give_up,
        name="upload_give_up",
    ),
    path(
        "my/dossiers/<uuid:pk>/materials/<slug:code>/<uuid:entry>/",
        materials.preview,
        name="material_preview",
    ),
    path(
        "my/dossiers/<uuid:pk>/materials/<slug:code>/reuse/<uuid:entry>/",
        uploads.reuse,
        name="material_reuse",
    ),
    path("dossiers/<uuid:pk>/report.pdf", report.pdf, name="report_pdf"),
    path("dossiers/<uuid:pk>/report/", report.read, name="report_read"),
    path("dossiers/<uuid:pk>/all.zip", submission.dossier_zip, name="dossier_zip"),
    path("receipts/<uuid:pk>/", submission.receipt, name="receipt"),
    path("receipts/<uuid:pk>/check/", submission.receipt_check, name="receipt_check"),
    path("receipts/<uuid:pk>/receipt.pdf", submission.receipt_file, name="receipt_pdf"),
    path("receipts/<uuid:pk>/proof/", submission.receipt_proof, name="receipt_proof"),
    path("templates/<slug:code>.xlsx", rosters.roster_template, name="roster_template"),
]
