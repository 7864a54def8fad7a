"""An editor in a process of its own: does what it reads, one JSON list a line, and answers.

It answers requests as well, from the pages themselves, see ``uncached_settings``.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import traceback
from typing import Any

import django

HOST = "kis.test"


class Editor:
    """Each action is one transaction; what it gives is what was done."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.count = 0

    def act(self) -> str:
        """Some action of an editor."""
        from django.db import transaction

        actions = [
            *(self.publish, self.publish, self.unpublish, self.republish, self.restrict),
            *(self.open, self.consent, self.withdraw, self.snippet, self.image, self.copy),
            *(self.delete, self.statement, self.slug, self.move),
        ]
        action = self.random.choice(actions)
        self.count += 1
        with transaction.atomic():
            return f"{action.__name__} {action()}"

    def some(self, queryset: Any) -> Any:
        ids = sorted(queryset.values_list("pk", flat=True))
        return queryset.get(pk=self.random.choice(ids)) if ids else None

    def page(self, **conditions: Any) -> Any:
        """A cooperation that isn't an alias."""
        from partners.models import CooperationPage

        page = self.some(CooperationPage.objects.filter(alias_of=None, **conditions))
        return page and page.specific

    def publish(self) -> Any:
        page = self.page(live=True)
        if page:
            page.title = f"Zusammenarbeit {self.count}"
            page.lead = f"Gemeinsam, zum {self.count}. Mal"
            page.save_revision().publish()
        return page

    def unpublish(self) -> Any:
        page = self.page(live=True)
        if page:
            page.unpublish()
        return page

    def republish(self) -> Any:
        page = self.page(live=False)
        if page:
            page.save_revision().publish()
        return page

    def restrict(self) -> Any:
        from wagtail.models import PageViewRestriction

        page = self.page()
        PageViewRestriction.objects.create(page_id=page.pk, restriction_type="login")
        return page

    def open(self) -> Any:
        from wagtail.models import PageViewRestriction

        one = self.some(PageViewRestriction.objects)
        if one:
            one.delete()
        return one

    def consent(self) -> Any:
        from partners.models import Consent, Person

        person = self.some(Person.objects.filter(pk__in=_originals()))
        person.name = f"Erika Mustermann {self.count}"
        person.save_revision().publish()
        Consent.objects.create(person=person, name=True, api=True, evidence="Brief")
        return person

    def withdraw(self) -> Any:
        from django.utils import timezone

        from partners.models import Consent

        given = self.some(Consent.objects.filter(withdrawn_on=None))
        if given:
            given.withdrawn_on = timezone.localdate()
            given.save()
        return given

    def snippet(self) -> Any:
        from partners.models import Organisation, Topic

        one = self.some(self.random.choice([Organisation, Topic]).objects)
        one.name = f"{one.name.split(' #')[0]} #{self.count}"
        one.save_revision().publish()
        return one

    def image(self) -> Any:
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        one = self.some(self.random.choice([get_image_model(), get_document_model()]).objects)
        one.title = f"Bild {self.count}"
        one.save()
        return one

    def copy(self) -> Any:
        page = self.page(live=True)
        return page and page.copy(
            update_attrs={"title": f"Kopie {self.count}", "slug": f"kopie-{self.count}"},
            reset_translation_key=True,
        )

    def delete(self) -> Any:
        page = self.page(slug__startswith="kopie")
        if page:
            page.delete()
        return page

    def statement(self) -> Any:
        from wagtail.models import Page

        page = self.page(live=True)
        if page:
            Page.objects.filter(pk=page.pk).update(title=f"Von Hand {self.count}")
        return page

    def slug(self) -> Any:
        page = self.page(live=True)
        if page:
            page.slug = f"{'kopie' if page.slug.startswith('kopie') else 'anders'}-{self.count}"
            page.save_revision().publish()
        return page

    def move(self) -> Any:
        page = self.page()
        page.move(page.get_parent(), pos=self.random.choice(["first-child", "last-child"]))
        return page

    def draft(self, pk: int, title: str) -> None:
        """Save a page under a title without publishing it."""
        from wagtail.models import Page

        page = Page.objects.get(pk=pk).specific
        page.title = title
        page.save_revision()

    def retitle(self, pk: int, title: str) -> str:
        """Publish a page under a title."""
        from django.db import transaction
        from wagtail.models import Page

        with transaction.atomic():
            page = Page.objects.get(pk=pk).specific
            page.title = title
            page.save_revision().publish()
        return title

    def restrict_page(self, pk: int) -> None:
        """Close a page to the public."""
        from wagtail.models import PageViewRestriction

        PageViewRestriction.objects.create(page_id=pk, restriction_type="login")

    def name_contact(self, name: str) -> int:
        """A German page's contact has a name that everybody may know; the page's id."""
        from partners.models import Consent, CooperationPage

        found = CooperationPage.objects.filter(pk__in=self.pages(), contacts__isnull=False)
        page = found.first().specific
        person = page.contacts.first().person
        person.name = name
        person.save_revision().publish()
        Consent.objects.create(person=person, name=True, api=True, evidence="Brief")
        return page.pk

    def withdraw_all(self) -> None:
        """All consents end, in one transaction."""
        from django.utils import timezone

        from partners.models import Consent

        Consent.objects.filter(withdrawn_on=None).update(withdrawn_on=timezone.localdate())

    def show_files(self) -> list[Any]:
        """A page with files: its address and id, and the number of its documents."""
        from django.core.files.base import ContentFile
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        from partners.models import Consent, CooperationIndexPage, NetworkPage, Person
        from tests.files.pictures import plain

        german = CooperationIndexPage.objects.get(locale__language_code="de")
        images = [
            get_image_model().objects.create(
                title=title, file=ContentFile(plain("png"), "mustermann.png")
            )
            for title in ("Bild", "Foto")
        ]
        documents = [
            get_document_model().objects.create(
                title=title, file=ContentFile(b"%PDF-1.4 Blatt", "mustermann.pdf")
            )
            for title in ("Faltblatt", "Blatt")
        ]
        person = Person.objects.create(
            role="Ansprechperson", name="Erika Mustermann", photo=images[1], locale=german.locale
        )
        Consent.objects.create(person=person, name=True, photo=True, api=True, evidence="Brief")
        body = [
            ("image", {"image": images[0], "alt": "", "decorative": True}),
            ("document", {"document": documents[1], "title": "", "language": ""}),
        ]
        # nginx gives what was at an address for up to two seconds.
        slug = f"mit-dateien-{documents[0].pk}"
        page = NetworkPage(title="Mit Dateien", slug=slug, role="member", level="local")
        page.body, page.flyer = body, documents[0]
        german.add_child(instance=page)
        page.contacts.create(person=person, side="own")
        page.save_revision().publish()
        return [page.url, page.pk, len(documents)]

    def unpublish_page(self, pk: int) -> None:
        from wagtail.models import Page

        Page.objects.get(pk=pk).unpublish()

    def delete_page(self, pk: int) -> None:
        from wagtail.models import Page

        for page in Page.objects.filter(pk=pk):
            page.specific.delete()

    def move_files(self, private: bool) -> None:
        """All files into a private collection, or back into the one for everybody."""
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model
        from wagtail.models import Collection, CollectionViewRestriction

        to = Collection.get_first_root_node()
        if private:
            to = to.add_child(name="Intern")
            CollectionViewRestriction.objects.create(collection=to, restriction_type="login")
        for model in (get_image_model(), get_document_model()):
            model.objects.update(collection=to)

    def second_site(self) -> None:
        """A site at another host, with one page."""
        from wagtail.models import Locale, Page, Site

        from home.models import HomePage

        german = Locale.objects.get(language_code="de")
        root = Page.objects.get(depth=1)
        home = root.add_child(instance=HomePage(title="Andere", slug="andere", locale=german))
        Site.objects.create(hostname="other.test", port=80, root_page=home)

    def version(self, *statements: str) -> list[str]:
        """With which statements the version is asked for, after some others in the session."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from partners.delivery.shelf.version import current_version

        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        with CaptureQueriesContext(connection) as asked:
            assert current_version().number > 0
        return [one["sql"].split()[0] for one in asked]

    def webhook(self, url: str, languages: list[str]) -> int:
        """An endpoint with a secret that is told of what changes from now on; its id."""
        from wagtail.models import Site

        from partners.webhooks.models import Endpoint
        from partners.webhooks.send import send

        site = Site.objects.get(is_default_site=True)
        made = Endpoint.objects.create(name="Erika", url=url, site=site, languages=languages)
        made.rotate()
        send(made.pk)
        return made.pk

    def later(self) -> None:
        """The time passes for which senders wait, and after which a dead one is replaced."""
        from partners.webhooks.models import Endpoint

        Endpoint.objects.update(retry_at=None, held_until=None)

    def send_webhooks(self) -> None:
        from django.core.management import call_command

        call_command("send_webhooks", verbosity=0)

    def fork(self, method: str, *arguments: Any) -> int:
        """Do something in a child process, and nothing after it; the child's id."""
        from django.db import connections

        connections.close_all()
        child = os.fork()
        if child:
            return child
        try:
            getattr(self, method)(*arguments)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def wait(self, child: int) -> int:
        return os.waitpid(child, 0)[1]

    def write_on(self, pk: int, seconds: float, text: str) -> None:
        """Publish a page again and again in transactions that are open for a while."""
        from django.db import transaction

        source, end, number = random.Random(pk), time.monotonic() + seconds, 0
        while time.monotonic() < end:
            number += 1
            with transaction.atomic():
                self.retitle(pk, f"{text} {number}")
                time.sleep(source.random() * 0.1)

    def pages(self) -> list[int]:
        """The ids of the German cooperations that came with the content, all public from now on."""
        from django.db import transaction
        from wagtail.models import PageViewRestriction

        from partners.models import CooperationPage

        with transaction.atomic():
            PageViewRestriction.objects.all().delete()
            found = CooperationPage.objects.filter(locale__language_code="de")
            found = found.exclude(slug__startswith="kopie").order_by("pk")
            for page in found.filter(live=False):
                page.specific.save_revision().publish()
            return list(found.values_list("pk", flat=True))

    def titles(self) -> dict[int, str]:
        from wagtail.models import Page

        return dict(Page.objects.values_list("pk", "title"))

    def ask(self, path: str) -> list[Any]:
        """Status and text of an answer, made from the pages."""
        from django.test import Client

        answer = Client(raise_request_exception=False).get(path, headers={"host": HOST})
        return [answer.status_code, answer.content.decode()]

    def sign_in(self) -> str:
        """The session of an administrator."""
        from django.conf import settings
        from django.contrib.auth import get_user_model
        from django.test import Client

        client = Client()
        client.force_login(get_user_model().objects.get(username="erika"))
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def prepare(self) -> None:
        """The site of the tests: its content and address, an editor, an image on pages."""
        from django.contrib.auth import get_user_model
        from django.core.management import call_command
        from wagtail.images import get_image_model
        from wagtail.images.tests.utils import get_test_image_file
        from wagtail.models import Site

        from partners.models import Organisation

        call_command("migrate", verbosity=0)
        call_command("load_content", verbosity=0)
        Site.objects.update(hostname=HOST, port=80)
        get_user_model().objects.create_superuser("erika", "erika@example.org", "geheim")
        image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
        for one in Organisation.objects.filter(locale__language_code="de"):
            one.logo = image
            one.save_revision().publish()


def _originals() -> list[int]:
    from django.db.models import Min

    from partners.models import Person

    rows = Person.objects.order_by().values("translation_key").annotate(first=Min("pk"))
    return list(rows.values_list("first", flat=True))


def main() -> None:
    django.setup()

    from django.db import close_old_connections

    editor = Editor()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What is printed by the way isn't an answer.
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        close_old_connections()
        try:
            done = [True, getattr(editor, method)(*arguments)]
        except Exception:
            done = [False, traceback.format_exc()]
        answers.write(json.dumps(done, default=str) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
