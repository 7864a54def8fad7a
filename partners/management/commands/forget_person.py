"""``manage.py forget_person``: take a person's name out of everything."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from ...forgetting.forget import Plan, forget, plan
from ...forgetting.receipt import lines
from ...forgetting.subject import CantForgetError, Subject
from ...models import Person
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "Takes the name of a person out of content, drafts, versions, translations, logs, search "
        "index, stored answers and files, and ends the consents. The record stays with its role. "
        "Without --replace or --keep it says what would happen, and does nothing. What was done "
        "is a receipt without the name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", type=int, help="the number that stands behind the role")
        texts = parser.add_mutually_exclusive_group()
        texts.add_argument(
            "--replace",
            action="store_true",
            help="put the role in place of the name in texts of pages and snippets",
        )
        texts.add_argument(
            "--keep",
            action="store_true",
            help="leave texts of pages and snippets as they are: the receipt lists them, and "
            "editors mend them; then run it again with --name",
        )
        parser.add_argument(
            "--name",
            action="append",
            default=[],
            help="a further name to look for: a former one, another spelling, or the name of "
            "somebody whose record has been emptied already; can be repeated",
        )
        parser.add_argument(
            "--surname",
            action="store_true",
            help="the surname alone always means this person, although it is a word or others "
            "have it, too",
        )
        parser.add_argument(
            "--keep-picture",
            action="append",
            type=int,
            default=[],
            help="the number of an image that is named after the person but doesn't show the "
            "person: it gets another name instead of being deleted; can be repeated",
        )
        parser.add_argument("--user", help="the name of the user who has decided it")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(pk=options["person"]).first()
        if person is None:
            raise CommandError(f"There is no person {options['person']}.")
        user = None
        if options["user"]:
            users = get_user_model()._default_manager
            user = users.filter(**{get_user_model().USERNAME_FIELD: options["user"]}).first()
            if user is None:
                raise CommandError(f"There is no user {options['user']}.")
        with translation.override("en"):
            subject = Subject(person, options["name"], surname=options["surname"])
            planned = None
            try:
                with Progress(self, options["verbosity"], "tables") as progress:
                    if options["replace"] or options["keep"]:
                        receipt = forget(
                            subject,
                            texts="replace" if options["replace"] else "keep",
                            keep_pictures=options["keep_picture"],
                            user=user,
                            each=progress.each,
                        )
                    else:
                        subject.check()
                        planned = plan(subject, progress.each)
            except CantForgetError as error:
                raise CommandError(str(error)) from error
            if planned:
                self._announce(planned)
                return
            for line in lines(receipt):
                self.stdout.write(line)

    def _announce(self, made: Plan) -> None:
        write = self.stdout.write
        write(f"Names that are looked for: {', '.join(made.subject.names)}")
        write(f"{made.history} texts in logs, old versions and the like lose the name.")
        for title, places in (
            ("Texts of pages and snippets, replaced with --replace, left with --keep:", made.texts),
            ("Elsewhere, left as they are:", made.others),
        ):
            if places:
                write(title)
            for place in places:
                unsure = f", {place.unsure} may be of somebody else" if place.unsure else ""
                write(f"  {place.label}, {place.field}: {place.sure + place.unsure}{unsure}")
        for picture in made.pictures:
            fate = "is renamed" if picture.is_shared else "is deleted"
            shown = f", shown on: {', '.join(picture.shown_on)}" if picture.shown_on else ""
            write(f"{picture.label} {fate}{shown}")
        for label in made.documents:
            write(f"{label} is renamed; look whether the person is named in it")
        if made.files:
            write(f"{made.files} files that belong to nothing are deleted.")
        write("Nothing has been changed. Decide with --replace or --keep.")
