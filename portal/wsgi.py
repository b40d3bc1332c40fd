import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
application = get_wsgi_application()

from portal.operations import hosttime  # noqa: E402  needs the apps

hosttime.watch()
