"""``manage.py send_reminders``: mail users the findings that they can put right."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...care.reminders import reminders
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "Mails those who are responsible what may no longer hold: pages to check again, consents "
        "that end, details without a consent, old documents, links that lead nowhere. Meant to be "
        "run by a scheduler, for example once a week."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would get a mail, and send none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = sent = 0
        progress = Progress(self, options["verbosity"], "mails")
        for reminder in progress.each(list(reminders())):
            self.stdout.write(f"{reminder.email}: {reminder.number}")
            if options["dry_run"]:
                continue
            try:
                EmailMessage(
                    reminder.subject,
                    reminder.text,
                    to=[reminder.email],
                    headers={"Auto-Submitted": "auto-generated"},
                ).send()
                sent += 1
            except (OSError, SMTPException) as error:
                failed += 1
                self.stderr.write(f"{reminder.email}: {error}")
        self.stdout.write(f"{sent} mails sent")
        if failed:
            raise CommandError(f"{failed} mails could not be sent.")
