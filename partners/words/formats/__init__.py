"""Django's formats of dates for fields that are neither of a model nor the plugin's.

For the setting ``FORMAT_MODULE_PATH``. Without it, Django reads 1/3/2025 as 3 January in English,
and years of two figures.
"""
