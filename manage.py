#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    if sys.argv[1:2] == ["version"]:  # Django would say its own
        from django.conf import settings

        sys.stdout.write(f"{settings.VERSION}\n")
        sys.exit()
    execute_from_command_line(sys.argv)
