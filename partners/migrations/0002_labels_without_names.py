"""Labels of people and consents in logs, versions and translation sources lose the name."""

from django.db import migrations


def remove_names(apps, schema_editor):
    kinds = {
        kind.model: kind
        for kind in apps.get_model("contenttypes", "ContentType").objects.filter(
            app_label="kis_partners", model__in=["person", "consent"]
        )
    }
    roles = dict(apps.get_model("kis_partners", "Person").objects.values_list("pk", "role"))
    consents = {
        pk: (person, day)
        for pk, person, day in apps.get_model("kis_partners", "Consent").objects.values_list(
            "pk", "person_id", "given_on"
        )
    }

    def label(kind, key):
        key = int(key) if str(key).isdecimal() else 0
        if kind == "person":
            return f"{roles.get(key, '')} #{key}".strip()
        person, day = consents.get(key, (None, None))
        return f"{label('person', person)}, {day:%Y-%m-%d}" if person else f"#{key}"

    logs = apps.get_model("wagtailcore", "ModelLogEntry").objects
    versions = apps.get_model("wagtailcore", "Revision").objects
    for name, kind in kinds.items():
        for entry in logs.filter(content_type=kind).iterator():
            # Where a label changed, both are in the data.
            data = {key: value for key, value in (entry.data or {}).items() if key != "title"}
            logs.filter(pk=entry.pk).update(label=label(name, entry.object_id), data=data)
        for version in versions.filter(content_type=kind).defer("content").iterator():
            versions.filter(pk=version.pk).update(object_str=label(name, version.object_id))
    sources = apps.get_model("wagtail_localize", "TranslationSource").objects
    for source in sources.filter(specific_content_type__in=kinds.values()).iterator():
        people = apps.get_model("kis_partners", "Person").objects
        person = people.filter(translation_key=source.object_id, locale=source.locale).first()
        sources.filter(pk=source.pk).update(
            object_repr=label("person", person.pk)[:200] if person else ""
        )


class Migration(migrations.Migration):
    dependencies = [
        ("kis_partners", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [migrations.RunPython(remove_names, migrations.RunPython.noop)]
