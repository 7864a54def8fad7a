"""The ambulance and fire brigade of Germany, and what its helplines are called.

Rows that somebody has renamed or verified stay as they are.
"""

from django.db import migrations

AMBULANCE = {
    "de": "Rettungsdienst und Feuerwehr (Notruf)",
    "en": "Ambulance and fire brigade (emergency)",
    "sk": "Záchranná služba a hasiči (tiesňové volanie)",
    "lv": "Ātrā palīdzība un ugunsdzēsēji (ārkārtas izsaukumi)",
}
# number: {old name: new name}
NAMES = {
    "116 016": {
        "Linka pomoci „Násilie na ženách“": "Linka pomoci „Násilie páchané na ženách“",
    },
    "116 006": {
        "Hilfetelefon für Opfer von Straftaten": "Opfer-Telefon des WEISSEN RINGS (für Opfer von Straftaten)",
        "Helpline for victims of crime": "Victim Support Helpline of WEISSER RING (for victims of crime)",
        "Linka pomoci pre obete trestných činov": "Linka pomoci organizácie WEISSER RING pre obete trestných činov",
        "Palīdzības tālrunis noziegumos cietušajiem": "Organizācijas WEISSER RING palīdzības tālrunis noziegumos cietušajiem",
    },
}


def correct_numbers(apps, schema_editor):
    numbers = apps.get_model("home", "EmergencyNumber").objects
    words = apps.get_model("home", "EmergencyNumberWords").objects
    german = numbers.filter(country="DE")
    for number, names in NAMES.items():
        rows = german.filter(number=number, verified_on=None)
        for old, new in names.items():
            words.filter(emergency_number__in=rows, name=old).update(name=new)
    police = german.filter(number="110").first()
    if police and not german.filter(number="112").exists():
        row = numbers.create(country="DE", number="112", position=max(police.position - 5, 0))
        for language, name in AMBULANCE.items():
            words.create(emergency_number=row, language=language, name=name)


class Migration(migrations.Migration):
    dependencies = [("home", "0001_initial")]
    operations = [migrations.RunPython(correct_numbers, migrations.RunPython.noop)]
